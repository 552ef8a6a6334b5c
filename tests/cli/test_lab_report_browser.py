"""The page of a lab run in a real browser: silent, alone, within the screen, readable in the dark, harmless."""

import io
import json
import shutil

import msgspec
import numpy as np
import polars as pl
import pytest
from PIL import Image

from springhead.cli.main import main
from springhead.report.lab_page import build_lab_report, write_lab_report
from springhead.results.lab import (
    BASELINE_ARM,
    DRAWS,
    EXAMPLES,
    SCHEMA,
    SERIES,
    VERSION,
    ArmInfo,
    EffectRow,
    ExtinctionRow,
    LabResult,
    MetricInfo,
    ProfileRow,
)
from springhead.results.lab_folder import (
    DRAWS_FILE,
    EXAMPLES_FILE,
    RESULT,
    SERIES_FILE,
    LabFolder,
    encode,
)
from springhead.testing.result_folders import HOSTILE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
OPTIONS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync")  # fmt: skip


def picture(seed):
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(seed).integers(0, 255, (16, 16)).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def make_lab(path, *, modality="text", odd="plain", groups=3, replicates=3, generations=8, measured=True):
    """A folder with every table; `odd` stands wherever a name or a text of others may stand."""
    names = tuple(f"{odd} {place}" for place in range(groups))
    arms = ("replace", f"{odd} arm", "control")
    result = LabResult(
        SCHEMA, VERSION, odd, f"After 8 generations it is gone. {odd}", modality, "a/source", "a/model", generations,
        replicates, 1000, 7, "d" * 64, names, (10,) * groups,
        tuple(ArmInfo(arm, odd, odd, {"policy": {"name": odd}, "fresh": 3}) for arm in arms),
        (MetricInfo(f"{odd} metric", "lower", odd), MetricInfo("group share", "higher", "share")),
        profile=tuple(ProfileRow(arm, d, odd, v, x, 0.1, 0.9, 0.5, 3, odd) for arm in arms
                      for d, v, x in (("tails", "yes", 0.2), (odd, "cannot tell", None))),
        extinction=tuple(ExtinctionRow("replace", name, 4.0, 2.0, 6.0, 2, 3) for name in names),
        effects=tuple(EffectRow(arm, "replace", f"{odd} metric", 0.5, 0.1, 0.9, 3, 12) for arm in arms[1:]),
        theory={f"{odd} metric": tuple(1.0 - t / 10 for t in range(generations + 1))}, notes=(odd,),
    )  # fmt: skip
    path.mkdir(parents=True, exist_ok=True)
    (path / RESULT).write_bytes(encode(result))
    series, draws, examples = [], [], []
    for arm in arms:
        for replicate in range(replicates if measured else 0):
            for t in range(generations + 1):
                value = 1.0 - t / 10 + replicate / 50
                series.append((arm, replicate, t, f"{odd} metric", "", value, value, value, 10))
                for name in names:
                    series.append(
                        (arm, replicate, t, "group share", name, max(0.0, 0.3 - t / 20), 0.0, 1.0, 10)
                    )
                    series.append((arm, replicate, t, f"{odd} metric", name, value, value, value, 10))
                draws.append((arm, replicate, t, 10, odd, 0.5, 0.5, 0.4, 0.6, 0.48, float("nan"), odd))
                for index in range(2):
                    image = modality == "image"
                    data = picture(t) if image else b""
                    media = "image/png" if image else "text/plain"
                    examples.append((arm, replicate, t, index, odd, media, "" if image else odd * 3, data))
    if measured:
        series.append((BASELINE_ARM, 0, 0, f"{odd} metric", "", 1.0, 0.9, 1.1, 10))
    for name, rows, schema in ((SERIES_FILE, series, SERIES), (DRAWS_FILE, draws, DRAWS),
                               (EXAMPLES_FILE, examples, EXAMPLES)):  # fmt: skip
        empty = pl.DataFrame(schema.empty_table())
        pl.DataFrame(rows, schema=empty.schema, orient="row").write_parquet(path / name)
    return LabFolder.open(path)


FOLDERS = {
    "text": make_lab,
    "images": lambda path: make_lab(path, modality="image"),
    "hostile": lambda path: make_lab(path, odd=HOSTILE + "unbroken" * 40, groups=30),
    "unmeasured": lambda path: make_lab(path, measured=False, groups=1),
    "one": lambda path: make_lab(path, replicates=1, generations=1),
}


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    if not (CHROMIUM and DRIVER):
        pytest.skip("chromium and chromedriver are not installed")
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for option in (*OPTIONS, f"--user-data-dir={tmp_path_factory.mktemp('browser')}"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    driver.set_page_load_timeout(60)
    yield driver
    driver.quit()


@pytest.fixture(scope="module", params=FOLDERS)
def page(request, tmp_path_factory):
    return write_lab_report(FOLDERS[request.param](tmp_path_factory.mktemp("page") / "result")).as_uri()


def visit(browser, page, width):
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
    )
    for kind in ("browser", "performance"):
        browser.get_log(kind)
    browser.get(page)


def test_it_loads_without_errors_or_requests(browser, page):
    visit(browser, page, 1280)
    assert [one for one in browser.get_log("browser") if one["level"] in ("SEVERE", "WARNING")] == []
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = {one["params"]["request"]["url"] for one in events if one["method"] == "Network.requestWillBeSent"}
    assert page in urls, "the log of requests is empty: it proves nothing"
    assert {url for url in urls if not url.startswith("data:")} == {page}
    assert browser.execute_script("return document.querySelectorAll('script, iframe').length") == 0


@pytest.mark.parametrize("width", [1280, 380])
def test_nothing_overflows_sideways(browser, page, width):
    visit(browser, page, width)
    browser.execute_script("document.querySelectorAll('details').forEach(one => one.open = true)")
    inner, full = browser.execute_script(
        "return [document.documentElement.clientWidth, document.documentElement.scrollWidth]"
    )
    assert inner <= width and full <= inner


def test_it_can_be_read_in_the_dark(browser, page):
    colours = {}
    for mode in ("light", "dark"):
        browser.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": mode}]}
        )
        visit(browser, page, 1280)
        colours[mode] = browser.execute_script(
            "const s = getComputedStyle(document.body); return [s.color, s.backgroundColor]"
        )
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert colours["light"] != colours["dark"]
    assert all(contrast(*pair) > 7 for pair in colours.values())


def contrast(ink, paper):
    """Contrast ratio of two rgb() colours by the formula of WCAG 2.1."""

    def light(colour):
        parts = [int(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
        red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    one, other = sorted((light(ink), light(paper)))
    return (other + 0.05) / (one + 0.05)


def test_pictures_of_every_generation_are_drawn(browser, tmp_path):
    page = write_lab_report(make_lab(tmp_path / "out", modality="image")).as_uri()
    visit(browser, page, 1280)
    browser.execute_script("document.querySelectorAll('img').forEach(one => one.loading = 'eager')")
    widths = browser.execute_async_script(
        "const all = [...document.images], done = arguments[0];"
        "Promise.all(all.map(one => one.decode())).then(() => done(all.map(one => one.naturalWidth)))"
    )
    assert widths == [16] * (3 * 9 * 2)


def test_the_finding_comes_first_and_numbers_are_those_of_the_tables(tmp_path):
    text = build_lab_report(make_lab(tmp_path / "out"))
    assert text.index("After 8 generations it is gone.") < text.index("<nav")
    assert text.index('id="curves"') < text.index('id="profile"') < text.index('id="method"')
    assert '<td class="n">1.02</td><td class="n">0.22</td>' in text  # mean of 1, 1.02, 1.04; and 0.8 below
    assert text.count('class="theory"') == 2  # legend and the one metric that has a law
    assert "gone in 2 of 3, half of them by generation 4" in text


def test_a_picture_that_is_none_is_not_put_into_an_address(tmp_path):
    folder = make_lab(tmp_path / "out", modality="image")
    bad = folder.examples().with_columns(pl.lit(b"<svg onload=alert(1)>").alias("data"))
    bad.write_parquet(folder.path / EXAMPLES_FILE)
    assert "<img" not in build_lab_report(folder)


def test_the_same_result_gives_the_same_page(tmp_path):
    assert build_lab_report(make_lab(tmp_path / "a")) == build_lab_report(make_lab(tmp_path / "b"))


def test_report_knows_a_lab_result(tmp_path, capsys):
    folder = make_lab(tmp_path / "out")
    assert main(["report", str(folder.path)]) == 0
    assert capsys.readouterr().out.strip() == str(folder.path / "report.html")
    assert main(["report", str(folder.path), "--json"]) == 0
    assert msgspec.json.decode(capsys.readouterr().out)["schema"] == SCHEMA
    (folder.path / RESULT).write_bytes(encode(msgspec.structs.replace(folder.result, version=99)))
    assert main(["report", str(folder.path)]) != 0
    assert "version" in capsys.readouterr().err
