-- What people and records are compared by, prepared a million at a time: plain DuckDB, no function of another language.
-- Needs the macros of comparison/sql/normalise.sql, the table `lettering` (characters.csv) and `lunar_year`
-- (lunar_years.csv). Characters are looked up by joins: a hash table of 27,000 rows costs a tenth of a map.
-- DuckDB's edit distances count bytes, so nothing here or later uses them: characters stand in columns of their own.

-- name: tables
CREATE TEMP TABLE mark AS SELECT unnest(['?', '*', '□', '■', '〇', '某', '�', '_']) AS character;
-- Readings are numbers here (1 to some 420), so that a whole name sounds like one integer. A mask has no reading.
CREATE TEMP TABLE letter AS
  WITH heard AS (
    SELECT character, folded, sound, dialect, coalesce(surname, sound) AS surname, nullif(shape, '') AS shape
    FROM lettering WHERE character NOT IN (SELECT character FROM mark)),
  numbered AS (
    SELECT sound, CAST(row_number() OVER (ORDER BY sound) AS INTEGER) AS no
    FROM (SELECT sound FROM heard UNION SELECT surname FROM heard UNION SELECT dialect FROM heard))
  SELECT character, folded, a.no AS sound, b.no AS dialect, c.no AS surname, d.no AS surname_dialect, shape
  FROM heard JOIN numbered a ON heard.sound = a.sound JOIN numbered b ON heard.dialect = b.sound
    JOIN numbered c ON heard.surname = c.sound
    JOIN (SELECT DISTINCT sound, dialect FROM heard) spoken ON spoken.sound = heard.surname
    JOIN numbered d ON spoken.dialect = d.sound
  UNION ALL SELECT character, '_', NULL, NULL, NULL, NULL, NULL FROM mark;
CREATE TEMP TABLE compound AS SELECT unnest(['欧阳', '太史', '端木', '上官', '司马', '东方', '独孤', '南宫', '万俟', '闻人',
  '夏侯', '诸葛', '尉迟', '公羊', '赫连', '澹台', '皇甫', '宗政', '濮阳', '公冶', '太叔', '申屠', '公孙', '慕容', '仲孙', '钟离',
  '长孙', '宇文', '司徒', '鲜于', '司空', '闾丘', '子车', '亓官', '司寇', '颛孙', '巫马', '公西', '漆雕', '乐正', '壤驷',
  '公良', '拓跋', '夹谷', '宰父', '谷梁', '段干', '百里', '东郭', '南门', '呼延', '羊舌', '微生', '梁丘', '左丘', '东门', '西门',
  '第五']) AS surname;
-- Every day of the lunar calendar: the day as written (yyyymmdd) and the solar day that it was. A leap month is written
-- like the month before it.
CREATE TEMP TABLE lunar_day AS
  WITH month AS (
    SELECT year, begins, leap, unnest(range(1, length(months) + 1)) AS place, months FROM lunar_year),
  sized AS (
    SELECT *, 29 + CAST(months[place] AS INTEGER) AS days,
      CAST(place - CASE WHEN leap > 0 AND place > leap THEN 1 ELSE 0 END AS INTEGER) AS month_no FROM month),
  begun AS (
    SELECT *, coalesce(sum(days) OVER (PARTITION BY year ORDER BY place
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before FROM sized),
  counted AS (SELECT *, unnest(range(1, days + 1)) AS day_no FROM begun)
  SELECT CAST(strftime(begins + CAST(before + day_no - 1 AS INTEGER), '%Y%m%d') AS INTEGER) AS solar,
    CAST(year * 10000 + month_no * 100 + day_no AS INTEGER) AS lunar
  FROM counted;

-- The reading of a long name's part: none where a character of it has none.
CREATE TEMP MACRO part_sound(said) AS CASE WHEN said <> '' AND NOT contains(said, '_') THEN CAST(hash(said) >> 1 AS BIGINT) END;
CREATE TEMP MACRO whole_sound(sur, g1, g1_s, g2, g2_s) AS
  CAST(sur AS BIGINT) * 1099511627776 + CASE WHEN g1 IS NULL THEN 0 ELSE g1_s END * 1048576
    + CASE WHEN g2 IS NULL THEN 0 ELSE g2_s END;

-- name: people
CREATE OR REPLACE TEMP VIEW raw AS
  SELECT CAST(pno AS BIGINT) AS id, name, sex, region, number AS written,
    TRY_CAST(left(number, 17) AS BIGINT) AS n17, CASE WHEN n17 IS NULL THEN 'none' ELSE 'valid' END AS state,
    CAST(year(birth) * 10000 + month(birth) * 100 + day(birth) AS INTEGER) AS birth
  FROM given;

-- name: records
CREATE OR REPLACE TEMP TABLE cleaned AS
  SELECT *, first_17(plain) AS first17 FROM (
    -- Digits of another length are plain already; only the rest goes the slow way.
    SELECT record AS id, name, sex, region, birth,
      CASE WHEN regexp_full_match(number, '[0-9]{14,18}[0-9Xx]') THEN upper(number) ELSE plain_number(number) END AS plain
    FROM given);
CREATE OR REPLACE TEMP VIEW dated AS
  SELECT *, birth_number(first17) AS born,
    regexp_replace(trimmed(birth), '^[^0-9]+', '') AS told_birth FROM cleaned;
CREATE OR REPLACE TEMP TABLE raw AS
  SELECT id, name, sex, region, plain AS written,
    CASE WHEN state IN ('valid', 'upgraded') THEN first17 END AS n17, state,
    -- A lunar day need not exist in the solar calendar (30 February): the digits count.
    CASE WHEN regexp_full_match(told_birth, '(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}')
      THEN CAST(replace(told_birth, '-', '') AS INTEGER)
      WHEN regexp_matches(told_birth, '^(19|20)[0-9]{2}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}')
      THEN CAST(regexp_extract(told_birth, '^([0-9]{4})', 1) AS INTEGER) * 10000
        + CAST(regexp_extract(told_birth, '^[0-9]{4}.([0-9]{1,2})', 1) AS INTEGER) * 100
        + CAST(regexp_extract(told_birth, '^[0-9]{4}.[0-9]{1,2}.([0-9]{1,2})', 1) AS INTEGER)
      WHEN regexp_full_match(told_birth, '(19|20)[0-9]{6}') THEN CAST(told_birth AS INTEGER)
      WHEN told_birth <> '' THEN CAST(strftime(day_of(told_birth), '%Y%m%d') AS INTEGER) END AS birth
  FROM (
    SELECT *, CASE
      -- A placeholder (all ones, all nines) is no number and speaks against nobody.
      WHEN regexp_full_match(plain, '(?:0*|1*|2*|3*|4*|5*|6*|7*|8*|9*)X?') THEN 'none'
      WHEN length(plain) = 18 AND first17 IS NOT NULL
        THEN CASE WHEN right(plain, 1) = check_digit(first17) AND is_day(born) THEN 'valid' ELSE 'broken' END
      WHEN length(plain) = 15 AND first17 IS NOT NULL THEN CASE WHEN is_day(born) THEN 'upgraded' ELSE 'none' END
      WHEN regexp_full_match(plain, '[0-9]{16}[0-9X]') THEN 'short'
      WHEN regexp_full_match(plain, '[0-9]{18}[0-9X]') THEN 'long'
      ELSE 'none' END AS state
    FROM dated);

-- name: repairs
-- Every number one slip away from a broken one: a changed digit, two neighbours swapped, a digit lost or one too many.
-- The check digit tells which digit would have to stand at a place, so there is one number a place and not ten.
CREATE OR REPLACE TEMP TABLE broken AS
  SELECT id, state, written, strpos('10X98765432', right(written, 1)) - 1 AS wanted,
    TRY_CAST(left(written, -1) AS BIGINT) AS body,
    CAST(weighted(TRY_CAST(left(written, -1) AS BIGINT)) % 11 AS BIGINT) AS sum11 FROM raw WHERE state IN ('broken', 'short', 'long');
CREATE OR REPLACE TEMP TABLE place AS
  SELECT k, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2][k] AS weight,
    [9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1][k] AS next,
    -- The inverse of each weight modulo 11.
    [8, 5, 10, 9, 7, 3, 6, 1, 2, 4, 8, 5, 10, 9, 7, 3, 6][k] AS inverse,
    CAST(rpad('1', CAST(18 - k AS INTEGER), '0') AS BIGINT) AS power FROM (SELECT unnest(range(1, 18)) AS k);
CREATE OR REPLACE TEMP TABLE repair AS
  WITH changed AS (
    SELECT id, body, power, body // power % 10 AS digit,
      (body // power % 10 + (wanted - sum11 + 11) * inverse) % 11 AS instead
    FROM broken, place WHERE state = 'broken'),
  swapped AS (
    SELECT id, body + (first - second) * (power // 10 - power) AS n
    FROM (
      SELECT id, wanted, body, sum11, power, weight - next AS lever, body // power % 10 AS first,
        body // (power // 10) % 10 AS second
      FROM broken, place WHERE state = 'broken' AND k < 17)
    WHERE first <> second AND (sum11 + lever * (second - first) + 110) % 11 = wanted),
  -- The last digit and the check digit swapped: the number then ends in what stood before.
  ended AS (
    SELECT id, strpos('10X98765432', CAST(body % 10 AS VARCHAR)) - 1 AS wanted,
      body // 10 * 10 + TRY_CAST(right(written, 1) AS BIGINT) AS n
    FROM broken WHERE state = 'broken' AND right(written, 1) <> 'X'),
  -- A digit lost at place k: what stands before it, a hole, what comes after.
  holed AS (
    SELECT id, wanted, inverse, power AS power,
      body // power * power * 10 + body % power AS n
    FROM broken, place WHERE state = 'short'),
  filled AS (SELECT id, n, power, (wanted - weighted(n) % 11 + 11) * inverse % 11 AS missing FROM holed),
  shortened AS (
    SELECT id, left(written, k - 1) || substr(written, k + 1) AS text
    FROM broken, (SELECT unnest(range(1, 20)) AS k) WHERE state = 'long'),
  found AS (
    SELECT id, body AS n FROM broken WHERE state = 'broken'
    UNION ALL SELECT id, body + (instead - digit) * power FROM changed
      WHERE instead < 10 AND instead <> digit
    UNION ALL SELECT id, n FROM swapped
    UNION ALL SELECT id, n FROM ended WHERE weighted(n) % 11 = wanted
    UNION ALL SELECT id, n + missing * power FROM filled WHERE missing < 10
    UNION ALL SELECT id, TRY_CAST(written AS BIGINT) FROM broken WHERE state = 'short' AND right(written, 1) <> 'X'
    UNION ALL SELECT id, TRY_CAST(left(text, 17) AS BIGINT) FROM shortened
      WHERE regexp_full_match(text, '[0-9]{17}[0-9X]') AND right(text, 1) = check_digit(TRY_CAST(left(text, 17) AS BIGINT)))
  SELECT id, n FROM found WHERE is_day(birth_number(n)) AND n >= 10000000000000000;

-- name: join
-- Long names (more than four characters) are rare: their parts stand where surname and given name
-- of the others stand, and a part's reading is the hash of its characters' readings.
CREATE OR REPLACE TEMP TABLE long_name AS
  WITH written AS (
    SELECT plain, unnest(string_split(plain, '')) AS character, unnest(range(length(plain))) AS place
    FROM (SELECT DISTINCT normalise_name(name) AS plain FROM raw WHERE length(name) > 4) WHERE length(plain) > 4),
  spelt AS (
    SELECT plain, list({'f': coalesce(folded, upper(character)), 's': CASE WHEN character = '·' THEN '·'
      ELSE coalesce(CAST(sound AS VARCHAR), '_') END, 'd': coalesce(CAST(dialect AS VARCHAR), '') } ORDER BY place) AS letters
    FROM written LEFT JOIN letter USING (character) GROUP BY plain),
  said AS (
    SELECT plain, array_to_string(list_transform(letters, lambda x: x.f), '') AS dotted,
      array_to_string(list_transform(letters, lambda x: x.s), ' ') AS sounds,
      array_to_string(list_transform(letters, lambda x: x.d), ' ') AS dialects FROM spelt)
  SELECT plain, replace(dotted, '·', '') AS name, split_part(dotted, '·', 1) AS sur,
    nullif(split_part(dotted, '·', 2), '') AS g1, nullif(split_part(dotted, '·', 3), '') AS g2,
    part_sound(split_part(sounds, ' · ', 1)) AS sur_s, part_sound(split_part(sounds, ' · ', 2)) AS g1_s,
    part_sound(split_part(sounds, ' · ', 3)) AS g2_s, part_sound(replace(sounds, ' ·', '')) AS sound,
    part_sound(replace(dialects, '  ', ' ')) AS dialect
  FROM said;
-- `numbers` are those that the person may have: the one that is told, or what a broken one can be repaired to.
CREATE OR REPLACE TABLE feature AS
  WITH named AS (
    SELECT *, plain[1] AS c1, plain[2] AS c2, plain[3] AS c3, plain[4] AS c4,
      length(plain) > 4 AS long
    FROM (
      -- A dot in so short a name hides a character (王○明).
      SELECT *, CASE WHEN length(written_name) <= 4 AND contains(written_name, '·')
        THEN replace(written_name, '·', '_') ELSE written_name END AS plain
      FROM (SELECT *, normalise_name(name) AS written_name FROM raw))),
  spelt AS (
    SELECT named.*, coalesce(a.folded, c1) AS f1, nullif(coalesce(b.folded, c2), '') AS f2,
      nullif(coalesce(c.folded, c3), '') AS f3, nullif(coalesce(d.folded, c4), '') AS f4, a.surname AS as_surname, a.surname_dialect AS surname_d,
      a.sound AS s1, b.sound AS s2, c.sound AS s3, d.sound AS s4,
      a.dialect AS d1, b.dialect AS d2, c.dialect AS d3, d.dialect AS d4,
      a.shape AS h1, b.shape AS h2, c.shape AS h3, d.shape AS h4
    FROM named LEFT JOIN letter a ON a.character = c1 LEFT JOIN letter b ON b.character = c2
      LEFT JOIN letter c ON c.character = c3 LEFT JOIN letter d ON d.character = c4),
  halved AS (SELECT *, f3 IS NOT NULL AND f1 || f2 IN (SELECT surname FROM compound) AS two FROM spelt),
  called AS (
    SELECT *, f1 || coalesce(f2, '') || coalesce(f3, '') || coalesce(f4, '') AS short_name,
      CASE WHEN two THEN f1 || f2 ELSE f1 END AS sur1, CASE WHEN two THEN f3 ELSE f2 END AS g11,
      CASE WHEN two OR f3 IS NULL THEN f4 WHEN f4 IS NULL THEN f3 ELSE f3 || f4 END AS g21,
      CASE WHEN two THEN s1 * 1024 + s2 ELSE as_surname END AS sur_s1, CASE WHEN two THEN s3 ELSE s2 END AS g1_s1,
      CASE WHEN two OR f3 IS NULL THEN s4 WHEN f4 IS NULL THEN s3 ELSE s3 * 1024 + s4 END AS g2_s1,
      CASE WHEN two THEN d1 * 1024 + d2 ELSE surname_d END AS sur_d, CASE WHEN two THEN d3 ELSE d2 END AS g1_d,
      CASE WHEN two OR f3 IS NULL THEN d4 WHEN f4 IS NULL THEN d3 ELSE d3 * 1024 + d4 END AS g2_d
    FROM halved)
  SELECT called.id, called.n17, state, false AS stray, written, CASE WHEN n17 IS NULL THEN repaired.numbers ELSE [n17] END AS numbers,
    CAST(CASE WHEN n17 IS NOT NULL THEN n17 // 100000000000
      WHEN state = 'broken' THEN TRY_CAST(left(written, 6) AS BIGINT) END AS INTEGER) AS n_a,
    CAST(CASE WHEN n17 IS NOT NULL THEN n17 // 1000 % 100000000
      WHEN state = 'broken' THEN TRY_CAST(written[7:14] AS BIGINT) END AS INTEGER) AS n_b,
    CAST(CASE WHEN n17 IS NOT NULL THEN n17 % 1000
      WHEN state = 'broken' THEN TRY_CAST(written[15:17] AS BIGINT) END AS INTEGER) AS n_c,
    CASE WHEN long THEN l.name ELSE nullif(short_name, '') END AS name,
    CASE WHEN long THEN l.sur ELSE nullif(sur1, '') END AS sur, CASE WHEN long THEN l.g1 ELSE g11 END AS g1,
    CASE WHEN long THEN l.g2 ELSE g21 END AS g2, CASE WHEN long THEN l.sur_s ELSE sur_s1 END AS sur_s,
    CASE WHEN long THEN l.g1_s ELSE g1_s1 END AS g1_s, CASE WHEN long THEN l.g2_s ELSE g2_s1 END AS g2_s,
    CASE WHEN long THEN l.sound ELSE whole_sound(sur_s1, g11, g1_s1, g21, g2_s1) END AS sound,
    CASE WHEN long THEN l.dialect ELSE whole_sound(sur_d, g11, g1_d, g21, g2_d) END AS dialect,
    CASE WHEN NOT two AND NOT long THEN h1 END AS sur_h, CASE WHEN long THEN NULL WHEN two THEN h3 ELSE h2 END AS g1_h,
    CASE WHEN long THEN NULL WHEN two THEN h4 WHEN f4 IS NULL THEN h3 END AS g2_h,
    called.birth, lunar_day.lunar AS birth_lunar, called.birth // 10000 AS year, called.birth % 10000 AS monthday, sex,
    TRY_CAST(left(region, 6) AS INTEGER) AS county, county // 100 AS city, county // 10000 AS province
  FROM called LEFT JOIN long_name l ON called.plain = l.plain LEFT JOIN lunar_day ON called.birth = lunar_day.solar
    LEFT JOIN (SELECT id, list(DISTINCT n ORDER BY n) AS numbers FROM repair GROUP BY id) AS repaired ON called.id = repaired.id;
