"""nbgrader's own ``zip_collect``, made safe, and taught the names that platforms give.

`nbgrader_config.py` puts it in place.
"""

from __future__ import annotations

from pathlib import Path

from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin

from autograder.platforms import archive
from autograder.platforms.archive import Refused
from autograder.platforms.naming import label


class PlatformCollector(FileNameCollectorPlugin):
    """``c.ZipCollectApp.collector_plugin``: knows whose a file is by the names that platforms give."""

    def collect(self, submitted_file: str) -> dict[str, str] | None:
        if Path(submitted_file).suffix not in self.valid_ext:
            return None
        if self.named_regexp:
            return super().collect(submitted_file)
        found = label(submitted_file)
        return {"student_id": found.id, "file_id": Path(found.file).name} if found else None


class SafeExtractor(ExtractorPlugin):
    """``c.ZipCollectApp.extractor_plugin``: takes nothing that leads elsewhere, blows up or cannot be read."""

    def extract(self, archive_path: str, extracted_path: str) -> None:
        for source in sorted(Path(archive_path).iterdir()):
            with archive.opened(source) as contents:
                taken = 0
                packed = source.is_dir() or source.suffix in self.zip_ext
                for member in contents.members:
                    try:
                        taken += member.size
                        if taken > archive.MAX_TOTAL:
                            raise Refused(f"with it, more than {archive.MAX_TOTAL / 1e9:g} GB would be taken")
                        content = member.read()
                    except Refused as reason:
                        contents.refused.append((member.name, str(reason)))
                        continue
                    target = Path(extracted_path, source.stem if packed else "", member.name)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(content)
            for name, why in contents.refused:
                self.log.warning("%s: %s is not extracted: %s", source, name, why)
