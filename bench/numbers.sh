#!/usr/bin/env bash
# numbers.sh -- what numbers cost at any size: ./dev bench numbers [N] [PART...].
# What it does stands in measure/report.py: a numbers.py here would hide Python's own module.
exec env PYTHONPATH=bench build/venv/bin/python -m measure.report "$@"
