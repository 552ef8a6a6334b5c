"""Assignments that a type checker must accept: our components and the toys fit the protocols."""

from __future__ import annotations

from tests.contract.toys import ConditionalModel, CopyingModel, Labelled, WarmModel

from springhead.core.nouns import Floats
from springhead.core.protocols import Detector, Modality, Model, Trainer
from springhead.io.engines import Engine, LocalEngine, SerialEngine
from springhead.modalities.text.detectors import (
    DatedDetector,
    DeclaredDetector,
    DomainTrainer,
    RepetitionDetector,
    ResidueDetector,
    StatisticalDetector,
)
from springhead.modalities.text.modality import TextBatch, TextModality
from springhead.testing.fakes import FakeDetector, FakeModality

fake_modality: Modality[Floats] = FakeModality()
fake_detector: Detector[Floats] = FakeDetector()

text: Modality[TextBatch] = TextModality()
detectors: list[Detector[TextBatch]] = [
    DeclaredDetector(),
    DatedDetector(),
    ResidueDetector(),
    RepetitionDetector(),
    StatisticalDetector(),
]

trainer: Trainer = DomainTrainer()

conditional: Model[Labelled] = ConditionalModel()
warm: Model[Floats] = WarmModel()
copying: Model[Floats] = CopyingModel()

serial: Engine = SerialEngine()
local: Engine = LocalEngine(2)
