"""Figures and live widgets. They need matplotlib, ipywidgets and anywidget besides torch.

Every figure carries its caption, an alternative text and the numbers that it shows.
"""

try:
    import anywidget  # noqa: F401
    import ipywidgets  # noqa: F401
    import matplotlib  # noqa: F401
except ImportError as error:
    raise ImportError(
        f"bertcourse.viz draws with {error.name}, which is not installed here: "
        'run pip install "bertcourse[notebooks]", or pip install matplotlib ipywidgets anywidget'
    ) from error

from .activation import ActivationPlayground
from .block_diagram import block_diagram
from .board import MaskingBoard
from .captioned import CaptionedFigure
from .cutting import PieceCutter
from .figures import (
    attention_heads,
    attention_map,
    attention_plane,
    bar_chart,
    line_chart,
    mask_map,
    matrix_map,
    tensor_map,
    vector_plane,
    weight_bars,
)
from .influence import influence_map
from .lens import LayerLens, guess_map
from .masking import masking_table, share_bands
from .merges import MergeStepper
from .overview import pretraining_and_finetuning
from .pieces import input_layout, piece_rows
from .playground import AttentionPlayground
from .quiz import QuizWidget
from .shapes import TensorShapes
from .training import TrainingCurves
from .warmup import WarmupPlayground
from .widgets import CourseWidget

__all__ = [
    "ActivationPlayground",
    "AttentionPlayground",
    "CaptionedFigure",
    "CourseWidget",
    "LayerLens",
    "MaskingBoard",
    "MergeStepper",
    "PieceCutter",
    "QuizWidget",
    "TensorShapes",
    "TrainingCurves",
    "WarmupPlayground",
    "attention_heads",
    "attention_map",
    "attention_plane",
    "bar_chart",
    "block_diagram",
    "guess_map",
    "influence_map",
    "input_layout",
    "line_chart",
    "mask_map",
    "masking_table",
    "matrix_map",
    "piece_rows",
    "pretraining_and_finetuning",
    "share_bands",
    "tensor_map",
    "vector_plane",
    "weight_bars",
]
