import Drawing
import Foundation
import Testing

@Suite("Theme")
struct ThemeTests {
    /// The luminance of a colour as the contrast rules for web pages define it.
    private func luminance(_ color: String) throws -> Double {
        let value = try #require(Int(color.dropFirst(), radix: 16))
        let parts = [value >> 16, value >> 8 & 0xFF, value & 0xFF].map { part in
            let share = Double(part) / 255
            return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }

    private func contrast(_ first: String, _ second: String) throws -> Double {
        let pair = [try luminance(first), try luminance(second)].sorted()
        return (pair[1] + 0.05) / (pair[0] + 0.05)
    }

    @Test("has contrast in light and dark")
    func contrast() throws {
        for theme in [Theme.light, Theme.dark] {
            #expect(try contrast(theme.ink, theme.surface) >= 7)
            #expect(try contrast(theme.muted, theme.surface) >= 4.5)
            #expect(theme.series.count == Theme.seriesCount)
            #expect(Set(theme.series).count == Theme.seriesCount)
            for color in theme.series {
                #expect(try contrast(color, theme.surface) >= 3, "\(color)")
            }
        }
    }

    @Test("gives the style sheet both sets of colours")
    func stylesheet() {
        let sheet = Theme.stylesheet
        #expect(sheet.contains("@media (prefers-color-scheme:dark){.drawing{--d-surface:"))
        for theme in [Theme.light, Theme.dark] {
            for (index, color) in theme.series.enumerated() {
                #expect(sheet.contains("--d-s\(index + 1):\(color)"))
            }
        }
        #expect(sheet.contains(".drawing .d-s1{color:#0954a0;color:var(--d-s1)}"))
        let opening = sheet.count { $0 == "{" }
        #expect(opening == sheet.count { $0 == "}" })
        #expect(!sheet.contains("<"))
    }
}
