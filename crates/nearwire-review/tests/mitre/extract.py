#!/usr/bin/env python3
"""Extracts from MITRE's catalogue what the table of weaknesses is held against.

The catalogue comes with PyPI's package cwe2 (its terms of use allow that: cwe-tou.LICENSE there):

    pip download --no-deps cwe2==3.0.0 && unzip cwe2-3.0.0-py3-none-any.whl
    python3 extract.py cwe2/database_v49/cwec_v4.14.xml > weaknesses.csv
"""
import csv
import sys
import xml.etree.ElementTree as tree

SPACE = "{http://cwe.mitre.org/cwe-7}"
catalogue = tree.parse(sys.argv[1]).getroot().find(SPACE + "Weaknesses")
parents, about = {}, {}
for weakness in catalogue:
    number = int(weakness.get("ID"))
    about[number] = (weakness.get("Abstraction"), weakness.get("Name"), weakness.get("Status"))
    parents[number] = [
        int(relation.get("CWE_ID"))
        for relation in weakness.iter(SPACE + "Related_Weakness")
        if relation.get("Nature") == "ChildOf" and relation.get("View_ID") == "1000"
    ]


def pillars(number):
    if about[number][0] == "Pillar":
        return {number}
    return set().union(*(pillars(parent) for parent in parents[number]), set())


out = csv.writer(sys.stdout, lineterminator="\n")
out.writerow(["number", "abstraction", "pillars", "name"])
for number, (abstraction, name, status) in sorted(about.items()):
    if status != "Deprecated":
        out.writerow([number, abstraction, " ".join(map(str, sorted(pillars(number)))), name])
