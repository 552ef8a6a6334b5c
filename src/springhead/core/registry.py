"""Components by kind and name: built-in ones as import strings, third parties' through entry points.

Values are strings, so nothing heavy is loaded until it is asked for, and the import graph stays clean.
A distribution registers, for example, `[project.entry-points."springhead.detector"] name = "module:Class"`.
"""

from __future__ import annotations

import importlib
from importlib.metadata import entry_points
from typing import Any

from springhead.errors import BadComponent, MissingExtra, UnknownName

BUILT_IN: dict[str, dict[str, str]] = {
    "modality": {
        "text": "springhead.modalities.text.modality:TextModality",
        "image": "springhead.modalities.image.modality:ImageModality",
        "pair": "springhead.modalities.pair.modality:PairModality",
    },
    "detector": {
        "text/declared": "springhead.modalities.text.detectors:DeclaredDetector",
        "text/dated": "springhead.modalities.text.detectors:DatedDetector",
        "text/residue": "springhead.modalities.text.detectors:ResidueDetector",
        "text/repetition": "springhead.modalities.text.detectors:RepetitionDetector",
        "text/statistical": "springhead.modalities.text.detectors:StatisticalDetector",
        "image/declared": "springhead.modalities.image.detectors:DeclaredDetector",
        "image/dated": "springhead.modalities.image.detectors:DatedDetector",
        "image/watermark": "springhead.modalities.image.detectors:WatermarkDetector",
        "image/neural": "springhead.modalities.image.neural:NeuralDetector",
    },
    "trainer": {
        "text/domain": "springhead.modalities.text.detectors:DomainTrainer",
        "image/domain": "springhead.modalities.image.trainer:DomainTrainer",
    },
    "model": {
        "image/factors": "springhead.modalities.image.factors:FactorsModel",
        "image/ppca": "springhead.modalities.image.ppca:PpcaModel",
        "text/bigram": "springhead.modalities.text.bigram:BigramModel",
        "text/kneser-ney": "springhead.modalities.text.kneser_ney:KneserNeyModel",
        "vector/categorical": "springhead.modalities.vector.categorical:CategoricalModel",
        "vector/gaussian": "springhead.modalities.vector.gaussian:GaussianModel",
        "vector/kde": "springhead.modalities.vector.kde:KdeModel",
        "vector/mixture": "springhead.modalities.vector.mixture:MixtureModel",
    },
    "source": {
        "image/digits": "springhead.modalities.image.digits:DigitsSource",
        "image/emoji": "springhead.modalities.image.emoji_images:EmojiImagesSource",
        "image/omniglot": "springhead.modalities.image.omniglot:OmniglotSource",
        "image/symbols": "springhead.modalities.image.symbols:SymbolsSource",
        "text/corpus": "springhead.modalities.text.corpus_source:CorpusSource",
        "text/emoji": "springhead.modalities.text.emoji_source:EmojiSource",
        "text/ntrex": "springhead.modalities.text.ntrex_source:NtrexSource",
        "text/python": "springhead.modalities.text.python_source:PythonSource",
        "vector/gaussian": "springhead.modalities.vector.gaussian_source:GaussianSource",
        "vector/mixture": "springhead.modalities.vector.mixture_source:MixtureSource",
        "vector/zipf": "springhead.modalities.vector.zipf_source:ZipfSource",
    },
    "metric": {
        "vector/wasserstein": "springhead.modalities.vector.wasserstein:Wasserstein",
        "vector/sliced-wasserstein": "springhead.modalities.vector.wasserstein:SlicedWasserstein",
        "vector/bures": "springhead.modalities.vector.gaussian_distance:Bures",
        "vector/mean-drift": "springhead.modalities.vector.spread:MeanDrift",
        "vector/covariance-trace": "springhead.modalities.vector.spread:CovarianceTrace",
        "vector/log-variance": "springhead.modalities.vector.spread:LogVariance",
        "vector/precision": "springhead.modalities.vector.neighbours:Precision",
        "vector/recall": "springhead.modalities.vector.neighbours:Recall",
        "vector/density": "springhead.modalities.vector.neighbours:Density",
        "vector/coverage": "springhead.modalities.vector.neighbours:Coverage",
        "vector/vendi": "springhead.modalities.vector.diversity:Vendi",
        "vector/duplicates": "springhead.modalities.vector.diversity:Duplicates",
        "vector/tail-mass": "springhead.modalities.vector.diversity:TailMass",
        "text/distinct-1": "springhead.modalities.text.distinct:Distinct1",
        "text/distinct-2": "springhead.modalities.text.distinct:Distinct2",
        "text/distinct-3": "springhead.modalities.text.distinct:Distinct3",
        "text/heaps": "springhead.modalities.text.distinct:Heaps",
        "text/zipf": "springhead.modalities.text.zipf:Zipf",
        "text/neutral-gap": "springhead.modalities.text.neutral_gap:NeutralGap",
        "text/self-bleu": "springhead.modalities.text.self_bleu:SelfBleu",
        "text/tail-mass": "springhead.modalities.text.vocabulary_kept:TextTailMass",
        "text/types-kept": "springhead.modalities.text.vocabulary_kept:TypesKept",
        "text/types-kept-rare": "springhead.modalities.text.vocabulary_kept:RareTypesKept",
        "text/types-kept-common": "springhead.modalities.text.vocabulary_kept:CommonTypesKept",
        "text/duplicates": "springhead.modalities.text.repeats:TextDuplicates",
        "text/copies": "springhead.modalities.text.repeats:TextCopies",
        "text/held-out-perplexity": "springhead.modalities.text.perplexity:HeldOutPerplexity",
        "text/sample-perplexity": "springhead.modalities.text.perplexity:SamplePerplexity",
        "text/sample-perplexity-low": "springhead.modalities.text.perplexity:SamplePerplexityLow",
        "text/sample-perplexity-high": "springhead.modalities.text.perplexity:SamplePerplexityHigh",
        "image/frechet": "springhead.modalities.image.comparison:ImageFrechet",
        "image/sliced-wasserstein": "springhead.modalities.image.comparison:ImageSlicedWasserstein",
        "image/mean-drift": "springhead.modalities.image.comparison:ImageMeanDrift",
        "image/covariance-trace": "springhead.modalities.image.comparison:ImageCovarianceTrace",
        "image/log-variance": "springhead.modalities.image.comparison:ImageLogVariance",
        "image/precision": "springhead.modalities.image.comparison:ImagePrecision",
        "image/recall": "springhead.modalities.image.comparison:ImageRecall",
        "image/density": "springhead.modalities.image.comparison:ImageDensity",
        "image/coverage": "springhead.modalities.image.comparison:ImageCoverage",
        "image/vendi": "springhead.modalities.image.comparison:ImageVendi",
        "image/tail-mass": "springhead.modalities.image.comparison:ImageTailMass",
        "image/duplicates": "springhead.modalities.image.comparison:ImageDuplicates",
    },
    "encoder": {"image/pca": "springhead.modalities.image.pca:PcaEncoder"},
    "reproduction": {
        "T1": "springhead.lab.recipes.tail_survival:reproduce",
        "T2": "springhead.lab.recipes.gaussian_replace:reproduce",
        "T3": "springhead.lab.recipes.gaussian_accumulate:reproduce",
        "T4": "springhead.lab.recipes.linear_regression:reproduce",
        "T5": "springhead.lab.recipes.accumulate_subsample:reproduce",
        "T6": "springhead.lab.recipes.contaminated_categories:reproduce",
        "T7": "springhead.lab.recipes.golden_ratio:reproduce",
        "T8": "springhead.lab.recipes.partial_contamination:reproduce",
        "T9": "springhead.lab.recipes.fresh_data:reproduce",
        "T10": "springhead.lab.recipes.tail_cutting:reproduce",
        "T11": "springhead.lab.recipes.repeated_regression:reproduce",
        "T12": "springhead.lab.recipes.verification:reproduce",
        "T13": "springhead.lab.recipes.truncated_errors:reproduce",
        "T14": "springhead.lab.recipes.curated_rewards:reproduce",
        "T15": "springhead.lab.recipes.corpus_share:reproduce",
        "T16": "springhead.lab.recipes.mixture_replace:reproduce",
        "T22": "springhead.lab.recipes.captioned_images:reproduce",
    },
    "engine": {
        "serial": "springhead.io.engines:SerialEngine",
        "local": "springhead.io.engines:LocalEngine",
    },
    "law": {
        "normal": "springhead.laws.settings:Normal",
        "location": "springhead.laws.settings:Location",
        "bernoulli": "springhead.laws.settings:Bernoulli",
        "poisson": "springhead.laws.settings:Poisson",
        "categorical": "springhead.laws.settings:Categorical",
        "regression": "springhead.laws.settings:Regression",
    },
    "recipe": {
        "gaussian": "springhead.lab.recipes.gaussian:gaussian",
        "gmm": "springhead.lab.recipes.gmm:gmm",
        "images": "springhead.lab.recipes.images:images",
        "kde": "springhead.lab.recipes.kde:kde",
        "multilingual": "springhead.lab.recipes.multilingual:multilingual",
    },
    "policy": {
        "replace": "springhead.policies.schedules:Replace",
        "accumulate": "springhead.policies.schedules:Accumulate",
        "accumulate-subsample": "springhead.policies.schedules:AccumulateSubsample",
        "fresh": "springhead.policies.schedules:Fresh",
        "fixed-real-share": "springhead.policies.shares:FixedRealShare",
        "exact-mix": "springhead.policies.exact_mix:ExactMix",
        "golden-ratio": "springhead.policies.shares:GoldenRatio",
        "filter": "springhead.policies.filters:Filter",
        "soft-weights": "springhead.policies.filters:SoftWeights",
        "detector-resampling": "springhead.policies.filters:DetectorResampling",
        "age-limit": "springhead.policies.limits:AgeLimit",
        "quality": "springhead.policies.limits:Quality",
        "group-floors": "springhead.policies.groups:GroupFloors",
        "group-quotas": "springhead.policies.groups:GroupQuotas",
        "sequence": "springhead.policies.sequence:Sequence",
    },
}

EXTRAS = {
    "pandas": "pandas",
    "lightgbm": "train",
    "sklearn": "train",
    "scipy": "train",
    "c2pa": "c2pa",
    "wordfreq": "words",
    "onnxruntime": "onnx",
    "torch": "torch",
}
"""Library a component may import -> the extra of this package that installs it."""


def names(kind: str) -> list[str]:
    """Return the names of all registered components of a kind, sorted."""
    found = {point.name for point in entry_points(group=f"springhead.{kind}")}
    return sorted(found | set(BUILT_IN.get(kind, {})))


def load(kind: str, name: str) -> Any:
    """Import and return the component of that kind and name; the kind's protocol is its type.

    Raises UnknownName when there is none, MissingExtra when a library it needs is not installed and
    BadComponent when what a distribution registered does not exist.
    """
    target = BUILT_IN.get(kind, {}).get(name)
    if target is None:
        for point in entry_points(group=f"springhead.{kind}"):
            if point.name == name:
                target = point.value
                break
    if target is None:
        raise UnknownName(kind, name, names(kind))
    module, _, attribute = target.partition(":")
    try:
        component: Any = importlib.import_module(module.strip())
        for part in filter(None, attribute.partition("[")[0].strip().split(".")):
            component = getattr(component, part)
        return component
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        if library == "springhead":
            raise
        raise MissingExtra(f"{kind} {name!r}", library, EXTRAS.get(library)) from error
    except (AttributeError, ImportError) as error:
        raise BadComponent(f"{kind} {name!r}", target, str(error)) from error
