"""Choosing fixes, applying them to texts, writing the files: only what was checked, whole fixes or none.

Nothing here knows why a fix is right: the rules that make fixes say so.
"""

from kbcheck.fixes.choosing import Chosen
from kbcheck.fixes.patch import patch
from kbcheck.fixes.rounds import Refused, Repaired, best_fix, repair

__all__ = ["Chosen", "Refused", "Repaired", "best_fix", "patch", "repair"]
