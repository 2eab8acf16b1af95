#!/usr/bin/env python3
"""What other tools find in the fixtures of the checks, as a table in Markdown.

    apt-get install flawfinder cppcheck clang-tidy
    python3 crates/nearwire-review/tests/other_tools.py

A marked defect counts as found when the tool reports anything at all on its line, whatever it says: the most generous
rule there is. A false report is any report in a safe fixture. Rust fixtures are not counted: none of the tools reads Rust.
"""
import collections
import json
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent / "fixtures"
# nearwire itself, when its path is given, is held to the same rule.
NEARWIRE = sys.argv[1] if len(sys.argv) > 1 else None


def lines_of(output, pattern):
    found = set()
    for match in re.finditer(pattern, output, re.MULTILINE):
        found.add((pathlib.Path(match[1]).resolve(), int(match[2])))
    return found


def run(command):
    return subprocess.run(command, capture_output=True, text=True, errors="replace").stdout


def flawfinder(files):
    return lines_of(run(["flawfinder", "--dataonly", "--quiet", "--singleline", *files]), r"^(.+?):(\d+):")


def cppcheck(files):
    command = ["cppcheck", "--enable=all", "--inconclusive", "--quiet", "--template={file}:{line}: {id}"]
    hushed = ["--suppress=missingInclude", "--suppress=missingIncludeSystem", "--suppress=unusedFunction"]
    result = subprocess.run([*command, *hushed, *files], capture_output=True, text=True)
    return lines_of(result.stderr, r"^(.+?):(\d+): \w+$")


def clang_tidy(files):
    checks = "--checks=-*,bugprone-*,cert-*,clang-analyzer-*,android-cloexec-*,concurrency-*"
    found = set()
    for file in files:
        output = run(["clang-tidy", "--quiet", checks, file, "--", "-I/usr/include", "-w"])
        found |= lines_of(output, r"^(.+?):(\d+):\d+: (?:warning)")
    return found


def nearwire(files):
    found = set()
    for file in files:
        report = json.loads(run([NEARWIRE, "review", "source", "--json", file]))
        for finding in report["findings"]:
            place = finding["location"]
            found.add((pathlib.Path(place["file"]).resolve(), place["line"]))
    return found


TOOLS = {"flawfinder": flawfinder, "cppcheck": cppcheck, "clang-tidy": clang_tidy}
if NEARWIRE:
    TOOLS["nearwire"] = nearwire

marked = collections.defaultdict(set)
vulnerable, safe = [], []
for path in sorted(ROOT.rglob("*")):
    if path.suffix not in (".c", ".cpp", ".h"):
        continue
    kind = path.relative_to(ROOT).parts[1]
    (vulnerable if kind.startswith("vulnerable") else safe).append(str(path))
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if kind.startswith("vulnerable") and "finding: " in line:
            for check in re.sub(r"\*/", "", line.split("finding: ")[1]).split(","):
                marked[check.strip()].add((path.resolve(), number))

print("| check | defects |", " | ".join(TOOLS), "|")
print("|---|---|" + "---|" * len(TOOLS))
missing = [tool for tool in TOOLS if tool != "nearwire" and not shutil.which(tool)]
if missing:
    sys.exit(f"not installed: {', '.join(missing)}")
hits = {name: tool(vulnerable) for name, tool in TOOLS.items()}
for check, places in sorted(marked.items()):
    print(f"| {check} | {len(places)} |", " | ".join(str(len(places & hits[name])) for name in TOOLS), "|")
everything = set().union(*marked.values())
print(f"| **all** | {len(everything)} |", " | ".join(str(len(everything & hits[name])) for name in TOOLS), "|")
others = [str(len(hits[name] - everything)) for name in TOOLS]
print("| other reports in the vulnerable fixtures | |", " | ".join(others), "|")
print(f"| reports in the {len(safe)} safe files | |", " | ".join(str(len(tool(safe))) for tool in TOOLS.values()), "|")
