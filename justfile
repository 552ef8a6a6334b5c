# The single door: `just check` is what continuous integration runs.

check: lint types contracts test

lint:
    ruff check .
    ruff format --check .

types:
    mypy
    pyright

contracts:
    lint-imports

test:
    pytest -q -n 2

# Statistical and end-to-end tests that take minutes.
slow:
    pytest -q -m slow

tour:
    springhead tour

lock:
    uv pip compile pyproject.toml --extra dev --universal --no-annotate --no-header --no-emit-index-url -o requirements.lock
