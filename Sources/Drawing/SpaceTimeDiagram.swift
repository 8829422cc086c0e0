/// A picture of what happens where and when: lanes over a common time, boxes in the lanes and
/// arrows between them.
public struct SpaceTimeDiagram: Sendable {
    /// Something that takes time in one lane.
    public struct Box: Sendable {
        /// The lane.
        public var lane: Int
        /// When it begins.
        public var from: Double
        /// When it ends.
        public var to: Double
        /// The text in the box.
        public var label: String
        /// Which of the theme's colours.
        public var color: Int
        /// What shows while the pointer rests on the box; the label and times where empty.
        public var hover: String

        /// Creates a box.
        public init(
            lane: Int,
            from: Double,
            to: Double,
            label: String = "",
            color: Int = 0,
            hover: String = ""
        ) {
            self.lane = lane
            self.from = from
            self.to = to
            self.label = label
            self.color = color
            self.hover = hover
        }
    }

    /// Something that travels from one lane to another.
    public struct Arrow: Sendable {
        /// The lane where it begins.
        public var fromLane: Int
        /// When it begins.
        public var fromTime: Double
        /// The lane where it ends.
        public var toLane: Int
        /// When it ends.
        public var toTime: Double
        /// The text beside the arrow.
        public var label: String
        /// Which of the theme's colours; plain ink where nil.
        public var color: Int?
        /// What shows while the pointer rests on the arrow; label, lanes and times where empty.
        public var hover: String

        /// Creates an arrow.
        public init(
            fromLane: Int,
            fromTime: Double,
            toLane: Int,
            toTime: Double,
            label: String = "",
            color: Int? = nil,
            hover: String = ""
        ) {
            self.fromLane = fromLane
            self.fromTime = fromTime
            self.toLane = toLane
            self.toTime = toTime
            self.label = label
            self.color = color
            self.hover = hover
        }
    }

    /// The title.
    public var title: String
    /// The line under the title.
    public var subtitle: String
    /// The common time; the scale is linear.
    public var time: Axis
    /// The names of the lanes, from top to bottom.
    public var lanes: [String]
    /// What happens in lanes; boxes of one lane that overlap stand below each other.
    public var boxes: [Box]
    /// What happens between lanes.
    public var arrows: [Arrow]
    /// What the colours mean, for the legend.
    public var colorNames: [String]
    /// The description for screen readers; made from the counts where empty.
    public var summary = ""
    /// The width of the drawing, which is also the largest width in a page.
    public var width = 960.0

    /// Creates a diagram.
    public init(
        title: String,
        subtitle: String = "",
        time: Axis,
        lanes: [String],
        boxes: [Box] = [],
        arrows: [Arrow] = [],
        colorNames: [String] = []
    ) {
        self.title = title
        self.subtitle = subtitle
        self.time = time
        self.time.scale = .linear
        self.lanes = lanes
        self.boxes = boxes
        self.arrows = arrows
        self.colorNames = colorNames
    }

    /// The diagram as an SVG element: for a page that includes `Theme.stylesheet`, or as a file.
    public func svg(standalone: Bool = false) -> String {
        let entries = colorNames.enumerated().map {
            Frame.Entry(name: $0.element, series: $0.offset, symbol: .box)
        }
        let frame = Frame(title: title, subtitle: subtitle, entries: entries, width: width)
        let layout = SpaceTimeLayout(diagram: self, frame: frame)
        let about =
            "Space-time diagram with \(lanes.count) lanes, \(boxes.count) boxes and "
            + "\(arrows.count) arrows."
        return frame.document(
            height: layout.bottom + 54 + (time.label.isEmpty ? -16 : 0),
            description: summary.isEmpty ? about : summary,
            standalone: standalone
        ) { svg in
            layout.drawLanes(&svg)
            for arrow in arrows { layout.draw(arrow, &svg) }
            for box in layout.boxes { layout.draw(box, &svg) }
            layout.drawArrowLabels(&svg)
        }
    }
}
