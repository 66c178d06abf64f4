"""Chime and voice of the public board, through what the operating system has; silence is no fault.

Windows plays and speaks by itself (winsound, SAPI): real calls, not yet tried on a Windows PC. Linux plays
through the sound server's own player and has no voice worth hearing.
"""

from __future__ import annotations

import contextlib
import io
import math
import shutil
import struct
import subprocess
import sys
import wave
from functools import cache

_RATE = 22_050
_TONES = ((784.0, 0.35), (587.3, 0.55))  # G5, D5: two falling tones, as at every counter
_SECONDS = 15.0
_PLAYERS = (("paplay", "/dev/stdin"), ("pw-play", "-"), ("aplay", "-q", "-"))


class Speaker:
    """Both calls return when the sound has ended; for the background."""

    def chime(self) -> bool:
        """Two tones; False when this PC has no sound."""
        sound = chime_wave()
        if sys.platform == "win32":
            import winsound

            with contextlib.suppress(RuntimeError):
                winsound.PlaySound(sound, winsound.SND_MEMORY)
                return True
            return False
        for player, *rest in _PLAYERS:
            if found := shutil.which(player):
                return _run([found, *rest], sound)
        return False

    def say(self, words: str) -> bool:
        """Speaks Japanese; False when this PC has no such voice. `words` are ours and hold no name."""
        if sys.platform != "win32":
            return False
        speak = (
            "Add-Type -AssemblyName System.Speech;"
            "$v = New-Object System.Speech.Synthesis.SpeechSynthesizer;"
            "$v.SelectVoiceByHints('NotSet', 'NotSet', 0, [Globalization.CultureInfo]'ja-JP');"
            "if ($v.Voice.Culture.Name -ne 'ja-JP') { exit 1 };"
            "[Console]::InputEncoding = [Text.Encoding]::UTF8;"
            "$v.Speak([Console]::In.ReadToEnd())"
        )
        return _run(["powershell.exe", "-NoProfile", "-NonInteractive", "-Command", speak], words.encode())


def _run(command: list[str], fed: bytes) -> bool:
    try:
        ended = subprocess.run(command, input=fed, capture_output=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ended.returncode == 0


@cache
def chime_wave() -> bytes:
    """The chime as a WAV file, 16 bit mono, made here so that no recording has to ship."""
    samples: list[int] = []
    for hertz, seconds in _TONES:
        count = int(_RATE * seconds)
        for n in range(count):
            fade = math.exp(-4.0 * n / count) * min(1.0, n / 200)
            samples.append(int(14_000 * fade * math.sin(2 * math.pi * hertz * n / _RATE)))
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return made.getvalue()
