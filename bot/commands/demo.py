"""`evenhand demo`: the main job on real mail, in an embedded default, in a minute."""

from __future__ import annotations
