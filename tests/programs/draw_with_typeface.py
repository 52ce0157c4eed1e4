"""Draw a chart with a typeface named Wide that lies in FOLDER, as if that were the one of this package.

    draw_with_typeface.py FOLDER < CHART

On stdout two lines of JSON: the chart as SVG, the width of `ab\\nc` at size 10 and the files of style sheets by name;
the chart as PNG, alone and beside a notebook's output, both as hexadecimal digits.
"""

import base64
import json
import sys
from pathlib import Path

from compute_ledger.shared import typeface
from tests.tiny_project import REPO


def main(chart: dict) -> None:
    # Only now, as they look up at once what the typeface is.
    from compute_ledger.exhibits import theme
    from compute_ledger.exhibits.drawing import text_metrics
    from compute_ledger.report.book import stylesheet
    from compute_ledger.report.charts import standalone_pictures, vega_svg

    drawn = vega_svg.draw(chart, "a", "t", "d")["wide"]
    alone = standalone_pictures.standalone(drawn, "", "", (), "", "", "")
    files = stylesheet.files(REPO) | {"alone.svg": standalone_pictures.as_file(alone)}
    texts = {name: content.decode() for name, content in files.items()}
    pngs = [standalone_pictures.png(alone, 1.5), base64.b64decode(theme.picture(chart, "", ""))]
    told = [drawn, text_metrics.width("ab\nc", 10), texts], [png.hex() for png in pngs]
    sys.stdout.writelines(f"{json.dumps(each)}\n" for each in told)


if __name__ == "__main__":
    typeface.FOLDER = Path(sys.argv[1])
    typeface.TYPEFACE = typeface.TEXT_FACE = typeface.Typeface("Wide", "Wide", "Arial, sans-serif")
    main(json.load(sys.stdin))
