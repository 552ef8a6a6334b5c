"""Trust anchors reach the reader of claims: with the right root signatures are trusted, with none they are not."""

import polars as pl
import pytest

from springhead.cli.main import main

pytest.importorskip("c2pa")
pytest.importorskip("cryptography")
from tests.unit.modalities.image.conventions import encoded, picture
from tests.unit.modalities.image.signing import Authority, made, signed


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder, root = tmp_path_factory.mktemp("signed"), Authority()
    (folder / "in").mkdir()
    signer = root.signer()
    for seed in range(6):
        data = encoded("PNG", picture(seed=seed))
        (folder / "in" / f"{seed}.png").write_bytes(signed(data, signer, made()) if seed % 2 else data)
    (folder / "roots.pem").write_text(root.pem)
    (folder / "others.pem").write_text(Authority("another root").pem)
    return folder


@pytest.mark.parametrize(
    ("file", "trust"),
    [("roots.pem", "trusted signature"), ("others.pem", "valid signature"), (None, "valid signature")],
)
def test_trust_of_claims_follows_the_anchors(corpus, tmp_path, file, trust):
    given = ["--c2pa-trust-anchors", str(corpus / file)] if file else []
    out = tmp_path / "out"
    assert main(["scan", str(corpus / "in"), "--out", str(out), "--engine", "serial", "--quiet", *given]) == 0
    claims = pl.read_parquet(out / "claims.parquet")
    assert set(claims["trust"]) == {trust}
    assert claims.filter(pl.col("kind") == "source-type").height == 3
    assert ("c2pa_trust_anchors" in (out / "run.toml").read_text()) is (file is not None)


def test_a_missing_file_of_anchors_is_told(corpus, tmp_path, capsys):
    given = ["--c2pa-trust-anchors", str(tmp_path / "none.pem")]
    code = main(["scan", str(corpus / "in"), "--out", str(tmp_path / "out"), "--engine", "serial", *given])
    assert code == 1
    assert "none.pem" in capsys.readouterr().err
