"""The page in a real browser: it loads silently and alone, fits the screen, runs nothing of the corpus."""

import json
import shutil

import pytest

from springhead.report.page import write_report
from springhead.testing.result_folders import (
    HOSTILE,
    all_unknown_result,
    empty_result,
    evidence_table,
    example_row,
    make_folder,
    make_group,
    make_prevalence,
    make_result,
)

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="chromium and chromedriver are not installed"
)
OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
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


def hostile_folder(path):
    share = make_prevalence({HOSTILE: HOSTILE}, "bounded", reason=HOSTILE)
    result = make_result(
        [make_prevalence(), share],
        finding=HOSTILE,
        groups=(make_group({HOSTILE: HOSTILE}, unknown=900, warning=HOSTILE),),
        cannot_tell=(HOSTILE,),
        warnings=(HOSTILE, "x" * 3000),
    )
    long = "unbroken" * 200 + HOSTILE
    row = example_row(
        long, key="k" * 500, reasons=[HOSTILE], spans=[{"start": 2, "end": 1700, "text": HOSTILE}]
    )
    return make_folder(path, result, evidence_table(9, languages=(HOSTILE,)), [row])


FOLDERS = {
    "whole": make_folder,
    "hostile": hostile_folder,
    "empty": lambda path: make_folder(path, empty_result(), evidence_table(0), []),
    "unknown": lambda path: make_folder(path, all_unknown_result(1000)),
}


@pytest.fixture(scope="module", params=FOLDERS)
def page(request, tmp_path_factory):
    folder = FOLDERS[request.param](tmp_path_factory.mktemp("page") / "result")
    return write_report(folder, {"": 0.19}).as_uri()


def visit(browser, page, width, height=900):
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
    )
    for kind in ("browser", "performance"):
        browser.get_log(kind)
    browser.get(page)


def test_it_loads_without_errors_or_requests(browser, page):
    visit(browser, page, 1280)
    complaints = [entry for entry in browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
    assert complaints == []
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = {
        event["params"]["request"]["url"]
        for event in events
        if event["method"] == "Network.requestWillBeSent"
    }
    assert page in urls, "the log of requests is empty: it proves nothing"
    assert {url for url in urls if not url.startswith("data:")} == {page}


@pytest.mark.parametrize("width", [1280, 390, 380])
def test_nothing_overflows_sideways(browser, page, width):
    visit(browser, page, width)
    browser.execute_script("document.querySelectorAll('details').forEach(one => one.open = true)")
    inner, full = browser.execute_script(
        "return [document.documentElement.clientWidth, document.documentElement.scrollWidth]"
    )
    assert inner <= width and full <= inner


def test_text_of_the_corpus_does_nothing(browser, page):
    visit(browser, page, 1280)
    assert browser.title.startswith("Springhead: ")
    assert browser.execute_script("return document.querySelectorAll('script, img, iframe').length") == 0
    shown = browser.execute_script("return getComputedStyle(document.body).display")
    assert shown == "block"


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
