"""The rules of the house that import-linter cannot see."""

import ast
import pkgutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import syndicator

ROOT = Path(syndicator.__file__).parent
PROJECT = ROOT.parent
FILES = sorted(ROOT.rglob("*.py"))
MODULES = sorted(module.name for module in pkgutil.walk_packages([str(ROOT)], "syndicator."))
PURE = [
    *(ROOT / "ingest" / f"{name}.py" for name in ("addresses", "article", "charset", "classify", "clean", "dates")),
    *(
        ROOT / "ingest" / f"{name}.py"
        for name in ("identity", "likeness", "pace", "query", "reasons", "recognise", "revise", "robots", "suggest")
    ),
    ROOT / "ingest" / "trial.py",
    *(ROOT / "ingest" / "discovery").glob("*.py"),
    *(ROOT / "ingest" / f"{name}.py" for name in ("asking", "harvesting", "newslike", "overview")),
    *(ROOT / "ingest" / f"{name}.py" for name in ("archive", "rhythm", "walking", "walls")),
    *(ROOT / "ingest" / f"{name}.py" for name in ("error_pages", "hubs", "signatures", "subscription", "suspicion")),
    *(ROOT / "watch").glob("*.py"),
    ROOT / "alerts" / "letters.py",
    *(ROOT / "ingest" / "sources").glob("*.py"),
    *(ROOT / "ingest" / "reading").glob("*.py"),
    *(ROOT / "publish" / "formats").glob("*.py"),
    ROOT / "publish" / "select.py",
    *(ROOT / "publish" / f"{name}.py" for name in ("restraint", "topics", "websub")),
    ROOT / "publish" / "pictures.py",
    ROOT / "serve" / "negotiation.py",
    ROOT / "demo" / "timeline.py",
]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def names_used(path: Path) -> set[str]:
    return {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)} | {
        node.id for node in ast.walk(tree(path)) if isinstance(node, ast.Name)
    }


def test_only_the_client_opens_a_session_to_the_web():
    naming = [path for path in FILES if "ClientSession" in path.read_text(encoding="utf-8")]
    opening = [path.relative_to(ROOT).as_posix() for path in naming if "ClientSession" in names_used(path)]
    assert opening == ["ingest/client.py"]


@pytest.mark.parametrize("path", PURE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_pure_file_has_no_clock_no_chance_no_network_and_no_store(path):
    imported = set()
    for node in ast.walk(tree(path)):
        assert not isinstance(node, ast.AsyncFunctionDef | ast.Await), "async"
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert not imported & {"asyncio", "aiohttp", "sqlite3", "sqlite_utils", "random", "secrets", "socket", "time", "os"}
    calls = {ast.unparse(node) for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    assert not calls & {"datetime.now", "datetime.utcnow", "datetime.today", "date.today"}


def test_every_module_can_be_imported_alone():
    # What stands on a lower layer or beside it may stay: it imports nothing from here, as import-linter sees to.
    code = (
        "import importlib, sys\n"
        "layers = [tuple(layer.split('|')) for layer in sys.argv[1].split()]\n"
        "for name in sys.argv[2:]:\n"
        "    own = next((n for n, layer in enumerate(layers) if name.startswith(layer)), len(layers))\n"
        "    parts = [part for layer in layers[own:] for part in layer if not name.startswith(part)]\n"
        "    kept = tuple(parts) if own < len(layers) else ()\n"
        "    for module in [m for m in sys.modules if m.startswith('syndicator.') and not (kept and m.startswith(kept))]:\n"
        "        del sys.modules[module]\n"
        "    importlib.import_module(name)\n"
    )
    contracts = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = " ".join(layer.replace(" ", "") for layer in contracts[0]["layers"])
    importable = [name for name in MODULES if not name.endswith("__main__")]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, layers, *importable], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_lock_files_pin_with_hashes_and_name_no_index():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (PROJECT / name).read_text(encoding="utf-8")
        requirements = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert requirements
        assert all("==" in line for line in requirements)
        assert text.count("--hash=sha256:") >= len(requirements)
        assert "http" not in text.replace("aiohttp", "").replace("httpx", "")


def test_every_dependency_is_locked():
    wanted = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    locked = (PROJECT / "requirements.lock").read_text(encoding="utf-8").lower()
    for requirement in wanted:
        name = requirement.split(" ")[0].split("[")[0].lower()
        assert f"\n{name}==" in f"\n{locked}", name
