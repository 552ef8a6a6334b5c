"""The habits of this code base, as tests: sizes, docstrings, silence, a light root, clean files."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import springhead
from springhead import errors

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "springhead"
FILES = sorted(SOURCE.rglob("*.py"))
HEAVY = ("pyarrow", "polars", "numba", "torch", "pandas", "scipy", "sklearn", "rich", "cyclopts", "fastwarc")
MAY_PRINT = ("cli", "report/terminal.py")
TEXT = {
    "",
    ".py",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".txt",
    ".lock",
    ".json",
    ".jsonl",
    ".html",
    ".css",
    ".js",
}

identified = pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(SOURCE).as_posix())


def tracked():
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout: there is no list of tracked files")
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


@identified
def test_no_file_is_above_500_lines(file):
    assert len(file.read_text("utf-8").splitlines()) <= 500


@identified
def test_no_function_is_above_60_lines(file):
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            # A verb's docstring is its --help, one line per option: text, not logic.
            length -= len((ast.get_docstring(node, clean=False) or "").splitlines())
            assert length <= 60, f"{node.name} has {length} lines"


@identified
def test_errors_that_users_cause_are_defined_in_one_place(file):
    kinds = {name for name, value in vars(errors).items() if isinstance(value, type)} - {
        "Iterable",
        "Mapping",
    }
    if file == SOURCE / "errors.py":
        return
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ClassDef):
            assert not kinds & {base.id for base in node.bases if isinstance(base, ast.Name)}, node.name


@identified
def test_every_module_says_what_it_is(file):
    assert ast.get_docstring(ast.parse(file.read_text("utf-8"))), "no module docstring"


@identified
def test_public_things_are_documented(file):
    tree = ast.parse(file.read_text("utf-8"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"


@identified
def test_library_code_never_prints(file):
    if file.relative_to(SOURCE).as_posix().startswith(MAY_PRINT):
        return
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("print", "eval", "exec", "breakpoint"), f"line {node.lineno}"


@identified
def test_nothing_is_unpickled(file):
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert not {"pickle", "cPickle", "dill", "joblib", "marshal", "shelve"} & set(names)
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            assert isinstance(node.value, ast.Constant)
            assert node.value.value is False


def test_there_is_no_utilities_module():
    assert not [file for file in FILES if re.search(r"util|helper|misc|common", file.stem)]


def test_the_root_holds_at_most_15_nouns():
    assert len(springhead.__all__) <= 15
    public = {name for name in vars(springhead) if not name.startswith("_")}
    packages = {path.name for path in SOURCE.iterdir() if path.is_dir()} | {
        path.stem for path in SOURCE.glob("*.py")
    }
    assert public - packages - {"annotations"} == set(springhead.__all__) - {"__version__"}
    assert not packages & set(springhead.__all__)
    assert springhead.__version__
    with pytest.raises(AttributeError, match="no_such_thing"):
        springhead.no_such_thing  # noqa: B018


def test_the_root_import_loads_nothing_heavy():
    code = f"import springhead, sys; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_tracked_files_name_no_machine():
    # Assembled, so that this file does not find itself.
    paths = [f"/{first}/" for first in ("work", "root", "home")] + [f"/tmp/{'venv'}", f"/{'Users'}/"]
    hosts = [
        f"{'artifact'}ory",
        f"{'index'}-url =",
        f"{'extra'}-index",
        f"pypi.{'internal'}",
        f"/{'simple'}/",
    ]
    pattern = re.compile(
        "|".join(rf"(?<![\w.~}}$-]){re.escape(path)}" for path in paths) + "|" + "|".join(hosts)
    )
    found = []
    for file in tracked():
        if file.suffix not in TEXT or file.stat().st_size > 5_000_000:
            continue
        text = file.read_text("utf-8", errors="replace")
        found += [f"{file.relative_to(ROOT)}: {match.group(0)}" for match in pattern.finditer(text)]
    assert not found


def test_package_data_is_at_most_40_megabytes():
    size = sum(
        file.stat().st_size
        for file in SOURCE.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    )
    assert size <= 40_000_000
