"""What a chapter shows does not hang on the last bits of its numbers."""

import json

import pytest

from . import chapters, noise

NAMES = [path.stem for path in chapters.NOTEBOOKS]
OTHER = {"as_of": "2025-11-07", "min_grade": "A-"}
CASES = [(name, seed, given) for name in NAMES for seed, given in ((1, {}), (2, {}), (3, OTHER))]


@pytest.mark.parametrize(("chapter", "seed", "given"), CASES)
def test_noise_in_the_last_bit_shows_nowhere(chapter, seed, given):
    quiet, noisy = chapters.run_chapter(chapter, **given), noise.run_chapter(chapter, seed, **given)
    assert list(noisy) == list(quiet)
    assert [cell for cell in quiet if text(noisy[cell]) != text(quiet[cell])] == []


def text(bundle):
    return json.dumps(bundle, indent=0, ensure_ascii=False)
