# A table of exported comparisons: jq -r -s -f bench/summary.jq bench/runs/*/sockets.json …
def digits: . * 100 | round / 100 | tostring | if test("\\.") then . else . + ".00" end | if test("\\.[0-9]$") then . + "0" else . end;
def count(verdict): [.[] | select(.verdict == verdict)] | length;
"| A | B | cases | time of B / time of A, 95 % interval | a case: least … most | A faster / same / undecided / slower |",
"|---|---|---|---|---|---|",
(.[] | .a as $a | .cases as $cases | .overalls[] | .b as $b |
    [$cases[] | select(.b == $b)] as $mine |
    "| \($a) | \($b) | \($mine | length) | \(.ratio | digits) (\(.ci[0] | digits) … \(.ci[1] | digits)) | \([$mine[].ratio] | min | digits) … \([$mine[].ratio] | max | digits) | \($mine | count("faster")) / \($mine | count("unchanged")) / \($mine | count("inconclusive")) / \($mine | count("slower")) |")
