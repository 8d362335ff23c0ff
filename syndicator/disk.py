"""What it takes until a file is on the disk."""

import os
from pathlib import Path


def flush_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, too: a file that was flushed may lose its own in a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
