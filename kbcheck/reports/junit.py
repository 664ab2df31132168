"""JUnit's XML, which most systems of continuous integration show: a test suite for each file with findings.

A finding is a failed test, whatever its severity; `type` says the rule and the severity. The files without findings are
one suite of tests that passed, so that a clean base is no empty report.
"""

from __future__ import annotations

import re
from itertools import groupby
from xml.etree import ElementTree as ET

from kbcheck.diagnostics import Diagnostic
from kbcheck.reports.destination import Destination
from kbcheck.reports.report import Report
from kbcheck.reports.terminal import escaped
from kbcheck.texts import texts_in

# What `escaped` leaves and XML 1.0 (section 2.2) does not allow.
_NO_XML = re.compile("[\ufffe\uffff]")


def render_junit(report: Report, destination: Destination) -> str:
    """The report as one `testsuites` element."""
    suites = ET.Element("testsuites", name="kbcheck", time=f"{report.seconds:.3f}")
    for path, found in groupby(report.diagnostics, key=lambda one: one.path):
        suite = ET.SubElement(suites, "testsuite", name=_text(destination.path(path)))
        failures = [_failure(report, destination, suite, one) for one in found]
        suite.attrib |= {"tests": str(len(failures)), "failures": str(len(failures)), "errors": "0", "skipped": "0"}
    _add_clean(report, destination, suites)
    suites.attrib |= {
        "tests": str(sum(1 for _ in suites.iter("testcase"))),
        "failures": str(len(report.diagnostics)),
        "errors": "0",
    }
    ET.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(suites, encoding="unicode")}\n'


def _failure(report: Report, destination: Destination, suite: ET.Element, one: Diagnostic) -> ET.Element:
    position = report.position(one.path, one.span.start)
    path, message = _text(destination.path(one.path)), _text(one.message)
    case = ET.SubElement(
        suite,
        "testcase",
        name=f"{one.code} {one.rule} ({position.line}:{position.column})",
        classname=path,
        file=path,
        line=str(position.line),
    )
    failure = ET.SubElement(case, "failure", type=f"{one.code} {one.severity}", message=message)
    failure.text = f"{path}:{position.line}:{position.column} {one.severity} {one.code} {one.rule}: {message}"
    return case


def _add_clean(report: Report, destination: Destination, suites: ET.Element) -> None:
    found = {one.path for one in report.diagnostics}
    clean = [path for path in report.texts if path not in found]
    if not clean:
        return
    name = texts_in(report.language).said("files without findings")
    suite = ET.SubElement(suites, "testsuite", name=name, tests=str(len(clean)), failures="0", errors="0", skipped="0")
    for path in clean:
        ET.SubElement(suite, "testcase", name=_text(destination.path(path)), classname=name)


def _text(text: str) -> str:
    return _NO_XML.sub("\ufffd", escaped(text))
