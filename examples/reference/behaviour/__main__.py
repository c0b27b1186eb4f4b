"""Run all cases and print what came of them, as JSON."""

import dataclasses
import importlib.metadata
import json
import platform

from examples.reference.behaviour.cases import all_cases, run


def main() -> None:
    """Print the versions and the outcomes."""
    outcomes = {
        f"{case.group}.{case.name}": dataclasses.asdict(run(case))
        for case in all_cases()
    }
    print(
        json.dumps(
            {
                "python": platform.python_version(),
                "oslo.utils": importlib.metadata.version("oslo.utils"),
                "cases": outcomes,
            }
        )
    )


if __name__ == "__main__":
    main()
