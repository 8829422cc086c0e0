# Compares weft with the best of the peers: a table for each collective and number of ranks.
#
# Reads the stored baseline, then the samples; writes the tables and, to `figures`, a line for each
# ratio in the form of the baselines. Exits 1 when a bar is missed.
#
# A ratio is that of weft's time, the median in a round, to a peer's in the same round. Only those
# are compared for which an exchange of a cache line took about as long, at most half as long again:
# the machine may have changed in between. Where a round has none, those of all rounds are taken.
BEGIN {
    FS = ","
    LIKE = 1.5
    ROUND = 0
    RUN = 1
    UNLIKE = 2
    peers_count = split(columns, peers, " ")
}

FILENAME == ARGV[1] { if (FNR > 1) stored[$1] = $4; next }
FNR == 1 { next }
{
    key = $3 SUBSEP $4 SUBSEP $7
    if (!(key in seen)) { seen[key] = 1; keys[++keys_count] = key }
    if ($5 == "weft") {
        n = ++weft_count[key, $1]
        weft_us[key, $1, n] = $8
        weft_exchange[key, $1, n] = $9
        all_us[key, ++all_count[key]] = $8
        exchanges[key, all_count[key]] = $9
        if ($10 > 0) wrong[key] += $10
    } else {
        variant = $5 SUBSEP $6
        if (!((key, variant) in samples)) {
            variants[key, ++variants_count[key]] = variant
        }
        n = ++samples[key, variant]
        peer_us[key, variant, n] = $8
        peer_exchange[key, variant, n] = $9
        peer_round[key, variant, n] = $1
    }
    if ($1 > rounds) rounds = $1
}

function sort(list, count,   i, j, x) {
    for (i = 2; i <= count; i++) {
        x = list[i]
        for (j = i - 1; j >= 1 && list[j] > x; j--) list[j + 1] = list[j]
        list[j + 1] = x
    }
}

function median(list, count) {
    sort(list, count)
    return (list[int((count + 1) / 2)] + list[int(count / 2) + 1]) / 2
}

# The place from either end of sorted values between which their median lies with 95 % confidence,
# of which fewer than six cannot speak: then the first and the last.
function interval_place(count,   k, tail, ways) {
    ways = 0.5 ^ count
    tail = 0
    for (k = 0; k < count / 2; k++) {
        tail += ways
        if (2 * tail > 0.05) break
        ways *= (count - k) / (k + 1)
    }
    return k < 1 ? 1 : k
}

function is_like(a, b) {
    if (a == "" || b == "") return 1
    return a < LIKE * b && b < LIKE * a
}

# weft's median beside a peer's sample: of the samples of its round or of the run that are like it,
# or of its round's whatever they are like; 0 when there is none.
function weft_time(key, round, exchange, scope,   i, n, list, from, to) {
    from = scope == RUN ? 1 : round
    to = scope == RUN ? rounds : round
    for (round = from; round <= to; round++) {
        for (i = 1; i <= weft_count[key, round]; i++) {
            if (scope == UNLIKE || is_like(weft_exchange[key, round, i], exchange)) {
                list[++n] = weft_us[key, round, i]
            }
        }
    }
    return n ? median(list, n) : 0
}

# Sets ratio, low, high, pairs and is_unlike for a variant.
function compare(key, variant,   scope, round, i, n, list, time, place) {
    is_unlike = 0
    for (i = 1; i <= samples[key, variant]; i++) {
        round = peer_round[key, variant, i]
        time = 0
        for (scope = ROUND; !time && scope <= UNLIKE; scope++) {
            time = weft_time(key, round, peer_exchange[key, variant, i], scope)
            if (scope == UNLIKE) is_unlike = 1
        }
        list[++n] = time / peer_us[key, variant, i]
    }
    ratio = median(list, n)
    place = interval_place(n)
    low = list[place]
    high = list[n + 1 - place]
    pairs = n
}

function peer_time(key, variant,   i, list) {
    for (i = 1; i <= samples[key, variant]; i++) list[i] = peer_us[key, variant, i]
    return median(list, samples[key, variant])
}

# The most that weft's time may be of the best peer's. A size between two bars has the weaker.
function bar_of(collective, ranks, bytes) {
    if (ranks != 2) return 1
    if (collective == "all-reduce") {
        return bytes < 16384 ? 0.6 : bytes <= 4194304 ? 0.5 : 0.625
    }
    return bytes < 16384 ? 1 : 0.667
}

function size_text(bytes) {
    if (bytes == 0) return "-"
    if (bytes % 1073741824 == 0) return bytes / 1073741824 " GiB"
    if (bytes % 1048576 == 0) return bytes / 1048576 " MiB"
    if (bytes % 1024 == 0) return bytes / 1024 " KiB"
    return bytes " B"
}

function number(value) {
    return value == "" ? "-" : sprintf(value < 10 ? "%.3f" : value < 1000 ? "%.1f" : "%.0f", value)
}

function header(collective, ranks,   i) {
    printf "\n%s, %d ranks\n%9s %9s", collective, ranks, "size", "weft us"
    for (i = 1; i <= peers_count; i++) printf " %12s", peers[i]
    printf "  %-26s %6s %-20s %5s %-8s %8s %8s\n", "best", "ratio", "(interval, pairs)", "bar",
        "", "baseline", "exch. ns"
}

# Judges one figure and writes it down.
function judge(name, value, bar, from, to) {
    verdict = (value <= bar) ? "met" : "MISSED"
    if (verdict == "MISSED") missed = 1
    if (from <= bar && bar < to) verdict = verdict "?"
    printf "%s,%s,most,%.3f,%.3f,%.3f\n", name, bar, value, from, to > figures
}

function row(key, collective, ranks, bytes,   i, v, best, best_ratio, own, p, name, list, n) {
    for (i = 1; i <= all_count[key]; i++) list[i] = all_us[key, i]
    printf "%9s %9s", size_text(bytes), number(median(list, all_count[key]))
    best_ratio = 0
    for (i = 1; i <= variants_count[key]; i++) {
        v = variants[key, i]
        # Those that were given up after the first round would be judged by one sample.
        if (2 * samples[key, v] < rounds) continue
        compare(key, v)
        split(v, p, SUBSEP)
        if (!((key, p[1]) in own) || ratio > own[key, p[1]]) {
            own[key, p[1]] = ratio
            fastest[key, p[1]] = v
        }
        if (ratio > best_ratio) { best_ratio = ratio; best = v }
    }
    for (i = 1; i <= peers_count; i++) {
        v = fastest[key, peers[i]]
        printf " %12s", v == "" ? "-" : number(peer_time(key, v))
    }
    n = 0
    delete list
    for (i = 1; i <= all_count[key]; i++) if (exchanges[key, i] != "") list[++n] = exchanges[key, i]
    exchange = n ? median(list, n) : ""
    if (best_ratio == 0) { print "  no peer"; return }
    compare(key, best)
    split(best, p, SUBSEP)
    name = collective " " ranks " ranks" (bytes ? " " size_text(bytes) : "")
    judge(name, ratio, bar_of(collective, ranks, bytes), low, high)
    printf "  %-26s %6.3f %-20s %5.3g %-8s %8s %8s\n", p[1] " " p[2], ratio,
        sprintf("(%.3f-%.3f, %d)%s", low, high, pairs, is_unlike ? " ~" : ""),
        bar_of(collective, ranks, bytes), verdict, name in stored ? stored[name] : "-",
        exchange == "" ? "-" : sprintf("%.0f", exchange)
    if (wrong[key]) { print "          weft's result is WRONG"; missed = 1 }
    if (collective == "all-reduce" && ranks == 2 && bytes == 8) over_exchange(key)
}

function over_exchange(key,   i, n, list, place, value, name) {
    for (i = 1; i <= all_count[key]; i++) {
        if (exchanges[key, i] != "") list[++n] = all_us[key, i] * 1000 / exchanges[key, i]
    }
    if (!n) return
    value = median(list, n)
    place = interval_place(n)
    name = "all-reduce 2 ranks 8 B over exchange"
    judge(name, value, 1.3, list[place], list[n + 1 - place])
    printf "%9s weft over an exchange: %.3f (%.3f-%.3f, %d), bar 1.3 %s, baseline %s\n", "", value,
         list[place], list[n + 1 - place], n, verdict, name in stored ? stored[name] : "-"
}

END {
    # In the order of the sizes; collectives and ranks come as they were measured.
    for (i = 1; i <= keys_count; i++) {
        split(keys[i], p, SUBSEP)
        table = p[1] SUBSEP p[2]
        if (!(table in rows)) tables[++tables_count] = table
        order[table, ++rows[table]] = p[3] + 0
    }
    for (t = 1; t <= tables_count; t++) {
        split(tables[t], p, SUBSEP)
        delete bytes
        for (i = 1; i <= rows[tables[t]]; i++) bytes[i] = order[tables[t], i]
        sort(bytes, rows[tables[t]])
        header(p[1], p[2])
        for (i = 1; i <= rows[tables[t]]; i++) row(tables[t] SUBSEP bytes[i], p[1], p[2], bytes[i])
    }
    printf "\nTimes in us: medians of %d rounds, of each peer the fastest way to run it.\n", rounds
    print "Ratio: weft's time over the best peer's, median of the rounds' ratios."
    print "Interval: 95 % from 6 pairs of samples on, smallest and largest with fewer."
    print "~ some samples had no exchange of a cache line alike; ? the interval holds the bar."
    exit missed
}
