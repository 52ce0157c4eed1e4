"""What people wrote, read so that nothing in it can be more than one error of a kind that the caller expects."""

import ast

MAGICS = ("run_line_magic", "run_cell_magic")
LOADERS = ("load_ext", "reload_ext", "aimport")  # magics that import what they are given


def python(source: str | bytes) -> ast.Module:
    """The syntax tree of `source`; SyntaxError for all that cannot be parsed, NULs and a thousand brackets included."""
    try:
        return ast.parse(source)
    except ValueError as error:
        raise SyntaxError(str(error)) from error
    except (RecursionError, MemoryError) as error:
        raise SyntaxError("it is nested too deep") from error


def cell(source: str) -> ast.Module:
    """The syntax tree of a cell of code as IPython runs it; SyntaxError as for `python`.

    Magics are calls of `get_ipython()`. Python that is given to them, as to `%%time`, stands at the end of the tree as
    well; so do imports of what `%load_ext` and its like load.
    """
    try:
        tree = python(source)
    except SyntaxError:
        tree = _with_magics(source)
    for node in list(ast.walk(tree)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MAGICS:
            texts = [
                argument.value
                for argument in node.args
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            ]
            for text in texts[1:]:
                tree.body += _if_python(f"import {text.strip()}" if texts[0] in LOADERS else text)
    return tree


def _with_magics(source: str) -> ast.Module:
    from IPython.core.inputtransformer2 import TransformerManager  # takes long to import, and few cells need it

    return python(TransformerManager().transform_cell(source))


def _if_python(text: str) -> list[ast.stmt]:
    try:
        return cell(text).body
    except (SyntaxError, RecursionError):  # another language, options, or magics in magics without end
        return []
