"""What the export of hits costs: seconds of a core, and what memory grows by.

    python -m benchmarks.search.export --segments 420000 --database sqlite|postgresql

Half of the recordings are of the department that exports; 退款 is in a twentieth of the
sentences: of 420,000 about 1,000 recordings and 10,000 places.
"""

import argparse
import resource
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.search.__main__ import build_index, discard, prepare

QUERIES = ["退款", "退款 投诉", "scope:sentence 退款 投诉", "款"]


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(member: Any) -> None:
    from accounts.services.audit.writing import SYSTEM
    from transcription.services.search.export.exporting import FORMATS, export_hits

    print("\n| query | file | recordings | places | MB | seconds | memory, MB |")
    print("|---|---|---|---|---|---|---|")
    for query in QUERIES:
        for fmt in FORMATS:
            before = megabytes()
            began = time.process_time()
            made = export_hits(
                membership=member,
                origin=SYSTEM,
                query=query,
                fmt=fmt,
                address_of=lambda recording, hit: f"https://a.example/{recording.uuid}",
            )
            seconds = time.process_time() - began
            size = made.file.seek(0, 2) / 1e6
            made.file.close()
            print(
                f"| {query} | {fmt} | {made.recordings} | {made.places} "
                f"| {size:.1f} | {seconds:.1f} | +{megabytes() - before:.0f} |",
                flush=True,
            )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--segments", type=int, default=420_000)
    parser.add_argument(
        "--database", choices=["sqlite", "postgresql"], default="sqlite"
    )
    options = parser.parse_args()
    prepare(options.database)
    from django.conf import settings

    from benchmarks.search.tables import fill

    Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(parents=True, exist_ok=True)
    try:
        member = fill(options.segments)[0]
        build_index(options.segments)
        measure(member)
        return 0
    finally:
        discard(options.database)


if __name__ == "__main__":
    sys.exit(main())
