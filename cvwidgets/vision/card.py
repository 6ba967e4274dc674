"""The header of a model card, as the Hugging Face hub reads it: https://huggingface.co/docs/hub/model-cards."""

from __future__ import annotations

from cvwidgets.evaluation import Evaluation


def card_header(name: str, base: str | None, evaluation: Evaluation | None) -> str:
    """The YAML between the lines of a card; `base` is the name of a model on the hub, if it is one."""
    from huggingface_hub import EvalResult, ModelCardData

    task = "image-classification"
    values = {"accuracy": evaluation.accuracy, "f1": evaluation.macro_f1} if evaluation else {}
    results = [
        EvalResult(
            task_type=task,
            dataset_type="private",
            dataset_name="test images of the project",
            metric_type=metric,
            metric_value=round(value, 4),
        )
        for metric, value in values.items()
    ]
    data = ModelCardData(
        library_name="transformers",
        pipeline_tag=task,
        tags=[task],
        base_model=base,
        model_name=name,
        eval_results=results or None,
    )
    return data.to_yaml()
