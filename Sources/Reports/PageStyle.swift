internal import Drawing

/// The style sheet of a page.
enum PageStyle {
    /// Everything that the page needs; nothing comes from elsewhere.
    static var sheet: String {
        """
        :root{color-scheme:light dark;\(colors(.light))--page:#f3f4f6;--raised:#f3f4f6;\
        --bad:#b3261e;--bad-ground:#fdecea}
        @media (prefers-color-scheme:dark){:root{\(colors(.dark))--page:#0d0f12;\
        --raised:#1e2228;--bad:#ff9d94;--bad-ground:#3a1917}}
        """ + "\n" + rules
    }

    private static func colors(_ theme: Theme) -> String {
        "--surface:\(theme.surface);--ink:\(theme.ink);--muted:\(theme.muted);"
            + "--line:\(theme.grid);--edge:\(theme.axis);"
    }

    private static let rules = """
        *{box-sizing:border-box}
        body{margin:0;background:var(--page);color:var(--ink);line-height:1.55;\
        font-family:system-ui,-apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,Helvetica,Arial,\
        sans-serif;-webkit-text-size-adjust:100%}
        main{max-width:1010px;margin:0 auto;padding:40px 24px 72px}
        h1{font-size:1.75rem;line-height:1.2;margin:0 0 6px;letter-spacing:-.01em;\
        overflow-wrap:anywhere}
        h2{font-size:1.2rem;line-height:1.3;margin:44px 0 12px}
        h3{font-size:1rem;margin:0 0 10px;overflow-wrap:anywhere}
        p{margin:0 0 10px;max-width:46rem;overflow-wrap:anywhere}
        .meta{color:var(--muted);margin-bottom:22px;max-width:none}
        .lead{font-size:1.25rem;line-height:1.5;max-width:50rem}
        .lead strong{font-variant-numeric:tabular-nums;white-space:nowrap;unicode-bidi:isolate}
        .alert{border:1px solid var(--bad);border-left-width:5px;border-radius:6px;\
        background:var(--bad-ground);padding:10px 14px;margin:18px 0;max-width:none}
        .alert strong{color:var(--bad)}
        figure{margin:0 0 16px;border:1px solid var(--line);border-radius:8px;\
        background:var(--surface);overflow:hidden}
        .narrow{display:none}
        .box{overflow:auto;max-height:min(80vh,48rem);border:1px solid var(--line);\
        border-radius:8px;background:var(--surface);overscroll-behavior-x:contain}
        .box:focus-visible{outline:2px solid var(--edge);outline-offset:2px}
        table{border-collapse:separate;border-spacing:0;min-width:100%;font-size:.82rem;\
        line-height:1.35;font-variant-numeric:tabular-nums}
        caption{text-align:left;color:var(--muted);padding:12px 14px 10px}
        caption span{display:block;max-width:min(46rem,calc(100vw - 64px))}
        thead{position:sticky;top:0;z-index:2}
        thead th{background:var(--raised);font-weight:600;vertical-align:bottom;\
        border-bottom:1px solid var(--edge)}
        thead .g[colspan]{text-align:left;border-bottom-color:var(--line)}
        small{display:block;color:var(--muted);font-weight:400;font-size:.92em}
        th,td{padding:5px 8px;text-align:right;white-space:nowrap;unicode-bidi:isolate}
        .t{text-align:left}
        td{border-bottom:1px solid var(--line)}
        .g{border-left:1px solid var(--line)}
        tbody th{position:sticky;left:0;z-index:1;background:var(--surface);font-weight:500;\
        border-bottom:1px solid var(--line);border-right:1px solid var(--line)}
        thead tr:first-child th:first-child{position:sticky;left:0;\
        border-right:1px solid var(--line)}
        tbody tr:last-child>*{border-bottom:0}
        tbody tr:hover>*{background:var(--raised)}
        tbody .bad>*{background:var(--bad-ground)}
        .card{border:1px solid var(--line);border-radius:8px;background:var(--surface);\
        padding:16px 18px;margin-bottom:16px}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:5px 24px;margin:0}
        dt{color:var(--muted)}
        dd{margin:0;overflow-wrap:anywhere;unicode-bidi:isolate;font-variant-numeric:tabular-nums}
        pre{margin:0;font-size:1em;white-space:pre-wrap;overflow-wrap:anywhere}
        code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.92em}
        @media (min-width:1180px){.box{margin-inline:calc((962px - min(100vw - 64px,1180px))/2)}}
        .few{width:fit-content;max-width:100%;margin-inline:0}
        @media (max-width:640px){main{padding:24px 16px 48px}h1{font-size:1.45rem}\
        .lead{font-size:1.1rem}.wide{display:none}.narrow{display:block}\
        h2{margin-top:32px}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:9px}\
        th,td{padding:5px 7px}}
        @media print{body{background:none;font-size:10pt}main{max-width:none;padding:0}\
        .wide{display:block}.narrow{display:none}.box{overflow:visible;max-height:none;border:0}\
        table{font-size:6.6pt}th,td{padding:2px 3px}thead,tbody th,thead tr:first-child \
        th:first-child{position:static}figure,.card,tr{break-inside:avoid}h2{break-after:avoid}}

        """
}
