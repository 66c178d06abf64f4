"""Loads the five face models that come with the product, after checking that each is the right file."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import cv2
import numpy as np

from kiosk.domain.errors import Trouble
from kiosk.paths import resources

# Pinned here and not only read from SHA256SUMS, so that a swapped folder cannot vouch for itself.
SUMS = {
    "face_detection_back": "e376cf6b168d5ece8a3cedb94acc4eb168a136aede125ccc3d903ef38f5beda8",
    "face_detection_short_range": "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
    "face_landmark": "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
    "iris_landmark": "d1744d2a09c25f501d39eba4faff47e53ecca8852c5ce19bce8eeac39357521f",
    "selfie_segmentation": "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c",
}
POLITE_THREADS = 2


def model_folder() -> Path:
    """Where the models stand in this installation."""
    return resources() / "models"


def load_model(name: str, folder: Path | None = None) -> cv2.dnn.Net:
    """The network `name`, ready to run; raises a permanent Trouble("vision_model") for a wrong file.

    The bytes that were summed are the bytes that are loaded. A network is not safe to share between threads.
    """
    path = (folder or model_folder()) / f"{name}.tflite"
    try:
        untrusted_model = path.read_bytes()
    except OSError as cause:
        raise Trouble("vision_model", permanent=True, file=path.name) from cause
    if hashlib.sha256(untrusted_model).hexdigest() != SUMS[name]:
        raise Trouble("vision_model", permanent=True, file=path.name)
    # The counter PC also paints and prints: seeing must not take every core.
    cv2.setNumThreads(min(POLITE_THREADS, os.cpu_count() or 1))
    return cv2.dnn.readNetFromTFLite(np.frombuffer(untrusted_model, np.uint8))


def check_models(folder: Path | None = None) -> tuple[str, ...]:
    """Names of model files that are missing or not the right ones (empty when all is well); loads nothing."""
    wrong = []
    for name, expected in SUMS.items():
        path = (folder or model_folder()) / f"{name}.tflite"
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            wrong.append(path.name)
    return tuple(wrong)
