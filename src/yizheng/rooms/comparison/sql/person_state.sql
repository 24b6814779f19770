-- From evidence rows to one row a person: the keys that decide.
-- Inputs: evidence(pno, kind, day, ev_no), weight(no, polarity, points, weak, owner, source, valid_days),
--         set_aside(ev_no); $as_of (days since 1970), $threshold, $weak_cap.
--
-- proof_key: the newest day D such that the life evidence dated on or after D carries enough points. A person proven
-- alive by two medium records is proven for the day of the older one, not of the newer.
with
event as (
    select
        evidence.pno,
        evidence.kind,
        weight.polarity,
        weight.source,
        evidence.day + weight.valid_days >= $as_of as is_valid,
        (cast(evidence.day as bigint) << 46) + (cast(evidence.kind as bigint) << 38) + evidence.ev_no as key
    from evidence
    join weight on weight.no = evidence.kind
    where evidence.day <= $as_of
      and evidence.ev_no not in (select ev_no from set_aside)
),
newest as (
    select pno, kind, max(key) as key
    from event
    where polarity = 'alive' and is_valid
    group by pno, kind
),
weighed as (
    -- What a kind adds beyond newer evidence of the same owner: two lists of one department are one witness.
    select
        newest.pno,
        newest.key,
        weight.weak,
        greatest(
            0,
            weight.points - coalesce(
                max(weight.points) over (
                    partition by newest.pno, weight.owner order by newest.key desc
                    rows between unbounded preceding and 1 preceding
                ),
                0
            )
        ) as gain
    from newest
    join weight on weight.no = newest.kind
),
summed as (
    select
        pno,
        key,
        sum(case when weak then 0 else gain end) over newer as firm,
        sum(case when weak then gain else 0 end) over newer as soft
    from weighed
    window newer as (partition by pno order by key desc rows between unbounded preceding and current row)
),
proof as (
    select
        pno,
        max(case when firm > 0 and firm + least(soft, $weak_cap) >= $threshold then key end) as proof_key,
        max(firm + least(soft, $weak_cap)) as proof_points
    from summed
    group by pno
),
lead as (
    select
        pno,
        max(case when polarity = 'alive' then key end) as latest_key,
        min(case when polarity = 'death' and is_valid then key end) as death_key,
        max(case when polarity = 'custody' and is_valid then key end) as custody_key,
        max(case when polarity = 'missing' and is_valid then key end) as missing_key,
        max(case when polarity = 'duplicate' and is_valid then key end) as duplicate_key,
        max(case when polarity = 'abroad' and is_valid then key end) as abroad_key,
        bit_or(cast(1 as bigint) << source) as seen
    from event
    group by pno
)
select
    lead.pno,
    coalesce(proof.proof_key, 0) as proof_key,
    cast(coalesce(proof.proof_points, 0) as integer) as proof_points,
    coalesce(lead.latest_key, 0) as latest_key,
    coalesce(lead.death_key, 0) as death_key,
    coalesce(lead.custody_key, 0) as custody_key,
    coalesce(lead.missing_key, 0) as missing_key,
    coalesce(lead.duplicate_key, 0) as duplicate_key,
    coalesce(lead.abroad_key, 0) as abroad_key,
    lead.seen
from lead
left join proof on proof.pno = lead.pno
order by lead.pno
