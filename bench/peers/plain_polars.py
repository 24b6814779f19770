"""Polars as one would use it: a lazy join and group-bys, streamed. Written from the words of the rules, not from ours."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from peers.job import STATE, Job, load

_LEADS = ("custody", "missing", "duplicate", "abroad")


def states(
    evidence: pl.LazyFrame,
    *,
    weights: Sequence[Mapping[str, Any]],
    as_of: int,
    threshold: int,
    weak_cap: int,
    set_aside: Sequence[int],
) -> pl.LazyFrame:
    """From rows (pno, kind, day as a number, ev_no) to a state a person."""
    kinds = pl.LazyFrame(
        list(weights),
        schema={
            "no": pl.UInt8,
            "polarity": pl.String,
            "points": pl.Int64,
            "weak": pl.Boolean,
            "owner": pl.Int32,
            "source": pl.Int64,
            "valid_days": pl.Int32,
        },
    ).with_columns(bit=pl.lit(2, pl.Int64).pow(pl.col("source")).cast(pl.Int64))
    day, key = pl.col("day").cast(pl.Int64), pl.col("key")
    rows = (
        evidence.filter(pl.col("day") <= as_of, ~pl.col("ev_no").is_in(list(set_aside)))
        .join(kinds, left_on="kind", right_on="no")
        .with_columns(
            key=day * 2**46 + pl.col("kind").cast(pl.Int64) * 2**38 + pl.col("ev_no"),
            valid=day + pl.col("valid_days") >= as_of,
        )
    )
    alive = pl.col("polarity") == "alive"

    def told(polarity: str) -> pl.Expr:
        return pl.when((pl.col("polarity") == polarity) & pl.col("valid")).then(key)

    leads = rows.group_by("pno").agg(
        pl.when(alive).then(key).max().fill_null(0).alias("latest_key"),
        told("death").min().fill_null(0).alias("death_key"),
        *(told(lead).max().fill_null(0).alias(f"{lead}_key") for lead in _LEADS),
        pl.col("bit").bitwise_or().alias("seen"),
    )
    proofs = _proofs(rows.filter(alive, pl.col("valid")), kinds, threshold=threshold, weak_cap=weak_cap)
    return (
        leads.join(proofs, on="pno", how="left")
        .with_columns(pl.col("proof_key", "proof_points").fill_null(0))
        .select(STATE)
    )


def _proofs(alive: pl.LazyFrame, kinds: pl.LazyFrame, *, threshold: int, weak_cap: int) -> pl.LazyFrame:
    """The row at which each person is proven alive: each owner is counted once, weak kinds up to a cap."""
    key, gain = pl.col("key"), pl.col("gain")
    newer = (
        alive.group_by("pno", "kind")
        .agg(key.max())
        .join(kinds, left_on="kind", right_on="no")
        .sort("pno", "key", descending=[False, True])
        .with_columns(
            counted=pl.col("points").cum_max().shift(1).over("pno", "owner").fill_null(0),
        )
        .with_columns(gain=(pl.col("points") - pl.col("counted")).clip(lower_bound=0))
        .with_columns(
            firm=pl.when(~pl.col("weak")).then(gain).otherwise(0).cum_sum().over("pno"),
            soft=pl.when(pl.col("weak")).then(gain).otherwise(0).cum_sum().over("pno"),
        )
        .with_columns(total=pl.col("firm") + pl.col("soft").clip(upper_bound=weak_cap))
    )
    proven = (pl.col("firm") > 0) & (pl.col("total") >= threshold)
    return newer.group_by("pno").agg(
        pl.when(proven).then(key).max().fill_null(0).alias("proof_key"),
        pl.when(proven).then(pl.col("total")).min().fill_null(pl.col("total").max()).alias("proof_points"),
    )


def main(job: Job) -> None:
    """The raw evidence joined to the roster, and the states of everybody written to one file."""
    roster = pl.scan_parquet(job.roster).select("id17", "pno")
    evidence = (
        pl.scan_parquet(job.evidence)
        .join(roster, on="id17")
        .select("pno", "kind", pl.col("day").cast(pl.Int32), "ev_no")
    )
    found = states(
        evidence,
        weights=job.weights,
        as_of=job.as_of,
        threshold=job.threshold,
        weak_cap=job.weak_cap,
        set_aside=job.set_aside,
    )
    found.sink_parquet(job.file("states.parquet"), engine="streaming")


if __name__ == "__main__":
    main(load())
