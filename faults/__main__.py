"""`bin/faults [name …]`: run the scenarios on both databases and write the report. Exits 1 when a promise is broken."""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.databases import ENGINES, fresh_database
from bin.launch.environment import ROOT
from faults import migrating
from faults.ground import Ground
from faults.report import Result, markdown, row
from faults.scenarios.all import BY_NAME, SCENARIOS
from faults.verdicts import Scenario


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for, print each line as it is known, write the report."""
    options = _options(arguments)
    chosen = [BY_NAME[name] for name in options.scenario] if options.scenario else SCENARIOS
    engines = ENGINES if options.database == "both" else (options.database,)
    together = [scenario for scenario in chosen if not scenario.alone]
    with ThreadPoolExecutor(len(engines)) as lanes:
        lists = list(
            lanes.map(
                lambda engine: [_run(options, each, engine) for each in together if engine in each.engines], engines
            )
        )
    results = [result for results in lists for result in results]
    results += [
        _run(options, each, engine) for each in chosen if each.alone for engine in engines if engine in each.engines
    ]
    order = {scenario.name: number for number, scenario in enumerate(SCENARIOS)}
    results.sort(key=lambda result: (order[result.scenario.name], result.engine))
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(markdown(results))
    print(f"\n{sum(result.holds for result in results)} of {len(results)} hold. The report: {options.report}")
    return 0 if all(result.holds for result in results) else 1


def _run(options: argparse.Namespace, scenario: Scenario, engine: str) -> Result:
    runs = options.runs or (scenario.sample if options.sample else scenario.whole)
    print(f"{scenario.name} on {engine}: {scenario.what}, {runs} runs …", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="switchboard-faults-") as name:
        folder = Path(name)
        try:
            with contextlib.ExitStack() as held:
                with migrating.one_at_a_time:
                    url = held.enter_context(fresh_database(engine, folder))
                ground = held.enter_context(Ground(folder, url, quick=options.sample))
                result = Result(scenario, engine, 0, scenario.run(ground, runs))
        except Exception as error:
            traceback.print_exc()
            _show_logs(folder)
            result = Result(scenario, engine, 0, None, f"{type(error).__name__}: {error}")
    seconds = time.monotonic() - began
    broken = "".join(f"\n    {what}" for what in (result.verdict.broken if result.verdict else [result.trouble]))
    print(f"{row(result)} {seconds:.0f} s{broken}", flush=True)
    return Result(scenario, engine, seconds, result.verdict, result.trouble)


def _show_logs(folder: Path) -> None:
    for log in sorted((folder / "log").glob("*.log")):
        print(f"{log.name}:", *log.read_text(errors="replace").splitlines()[-8:], sep="\n  ", file=sys.stderr)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/faults", description="Fault runs; what each is: docs/faults.md.")
    parser.add_argument("scenario", nargs="*", choices=[*BY_NAME, []], help=", ".join(BY_NAME))
    parser.add_argument("--runs", type=int, help="instead of each scenario's own number")
    parser.add_argument("--sample", action="store_true", help="few runs, and times moved instead of waited for")
    parser.add_argument("--database", choices=(*ENGINES, "both"), default="both")
    parser.add_argument("--report", type=Path, default=ROOT / "var" / "faults-report.md")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
