import Foundation
import TestSupport
import Testing

/// What weft declares of PMIx by hand is what PMIx's headers say.
@Suite struct PMIxLayoutTests {
    private static let check = """
        #include "pmix_private.h"
        #include <pmix.h>
        #include <stddef.h>
        #include <stdio.h>
        #include <string.h>

        #define SAME(ours, theirs) \\
            _Static_assert((ours) == (theirs), #ours " is not " #theirs)

        SAME(sizeof(weft_pmix_proc), sizeof(pmix_proc_t));
        SAME(offsetof(weft_pmix_proc, rank), offsetof(pmix_proc_t, rank));
        SAME(sizeof(weft_pmix_value), sizeof(pmix_value_t));
        SAME(sizeof(((weft_pmix_value *)0)->type), sizeof(pmix_data_type_t));
        SAME(offsetof(weft_pmix_value, data), offsetof(pmix_value_t, data));
        SAME(offsetof(weft_pmix_value, data.flag), offsetof(pmix_value_t, data.flag));
        SAME(offsetof(weft_pmix_value, data.string), offsetof(pmix_value_t, data.string));
        SAME(offsetof(weft_pmix_value, data.uint32), offsetof(pmix_value_t, data.uint32));
        SAME(sizeof(weft_pmix_info), sizeof(pmix_info_t));
        SAME(offsetof(weft_pmix_info, flags), offsetof(pmix_info_t, flags));
        SAME(offsetof(weft_pmix_info, value), offsetof(pmix_info_t, value));
        SAME(sizeof(uint8_t), sizeof(pmix_scope_t));
        SAME(sizeof(int), sizeof(pmix_status_t));
        SAME(sizeof(uint32_t), sizeof(pmix_rank_t));
        SAME(WEFT_PMIX_SUCCESS, PMIX_SUCCESS);
        SAME(WEFT_PMIX_BOOL, PMIX_BOOL);
        SAME(WEFT_PMIX_STRING, PMIX_STRING);
        SAME(WEFT_PMIX_UINT32, PMIX_UINT32);
        SAME(WEFT_PMIX_GLOBAL, PMIX_GLOBAL);

        int main(void) {
            if (WEFT_PMIX_WILDCARD != (pmix_rank_t)(PMIX_RANK_WILDCARD)) return 1;
            if (strcmp(WEFT_PMIX_JOB_SIZE, PMIX_JOB_SIZE) != 0) return 2;
            if (strcmp(WEFT_PMIX_COLLECT, PMIX_COLLECT_DATA) != 0) return 3;
            puts("the same");
            return 0;
        }
        """

    /// Compiles and runs a program against the installed headers.
    private func run(_ text: String) throws -> Outcome {
        let folder = try TemporaryFolder()
        _ = try folder.write(text, to: "check.c")
        let sources = Repository.root.appending(path: "Sources/CWeft").path
        return try RunningProgram(
            "/bin/sh",
            [
                "-ec",
                """
                clang -std=gnu11 $(pkg-config --cflags pmix) -I '\(sources)' -o check check.c
                ./check
                """,
            ],
            in: folder.url
        ).wait()
    }

    @Test func layoutsAreTheHeaders() throws {
        let outcome = try run(Self.check)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output == "the same\n")
    }

    /// The check itself: a difference is seen.
    @Test func aDifferenceIsSeen() throws {
        let other = Self.check.replacing("WEFT_PMIX_BOOL, PMIX_BOOL", with: "2, PMIX_BOOL")
        let outcome = try run(other)
        #expect(outcome.status != 0)
        #expect(outcome.errors.contains("2 is not PMIX_BOOL"), "\(outcome.errors)")
    }
}
