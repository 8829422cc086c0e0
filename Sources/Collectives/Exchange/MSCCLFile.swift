internal import Text

/// An MSCCL algorithm as its XML says it, with the place of everything that can be wrong.
///
/// The format is what Microsoft's and AMD's runtimes read (msccl, rccl); msccl-tools writes it.
struct MSCCLFile {
    /// What a step does: it may receive, use what it received, and send.
    enum Kind: String, CaseIterable {
        case send = "s"
        case receive = "r"
        case receiveCopySend = "rcs"
        case receiveReduceSend = "rrs"
        case receiveReduceCopy = "rrc"
        case receiveReduceCopySend = "rrcs"
        case copy = "cpy"
        case reduce = "re"
        case nothing = "nop"

        var sends: Bool {
            self == .send || self == .receiveCopySend || self == .receiveReduceSend
                || self == .receiveReduceCopySend
        }

        var receives: Bool {
            switch self {
            case .receive, .receiveCopySend, .receiveReduceSend, .receiveReduceCopy,
                .receiveReduceCopySend:
                true
            default: false
            }
        }

        /// Whether it reads its source, at its own GPU: what is received needs none.
        var readsSource: Bool {
            switch self {
            case .receive, .receiveCopySend, .nothing: false
            default: true
            }
        }

        /// Whether it writes its target, at its own GPU.
        var writesTarget: Bool {
            switch self {
            case .send, .receiveReduceSend, .nothing: false
            default: true
            }
        }
    }

    /// Chunks of one of a GPU's buffers.
    struct Area {
        var buffer: Buffer
        var offset: Int
    }

    struct Step {
        let element: XMLElement
        let kind: Kind
        let gpu: Int
        /// The threadblock, counted through all GPUs.
        let block: Int
        /// Its number in the threadblock.
        let number: Int
        let source: Area
        let target: Area
        let count: Int
        /// The threadblock of the same GPU and its step that must have been taken, if any.
        let dependence: (block: Int, step: Int)?
        /// Whether it tells others when it has been taken.
        let isAwaited: Bool
    }

    struct Block {
        let element: XMLElement
        let gpu: Int
        let id: Int
        let send: Int?
        let receive: Int?
        let channel: Int
        /// Its steps among all.
        var steps: Range<Int>
    }

    struct GPU {
        let element: XMLElement
        let inputChunks: Int
        let outputChunks: Int
        let scratchChunks: Int
        /// Its threadblocks among all, by their ids.
        var blocks: [Int] = []
    }

    let root: XMLElement
    let name: String
    let collective: Collective
    let ranks: Int
    /// Chunks of a vector, or parts of a block where the collective has blocks.
    let chunks: Int
    let worksInPlace: Bool
    let worksOutOfPlace: Bool
    var gpus: [GPU] = []
    var blocks: [Block] = []
    var steps: [Step] = []

    /// Whether the data is a vector.
    var isVector: Bool {
        if case .vector = collective.layout(of: .output) { true } else { false }
    }

    /// How many chunks a buffer of a GPU has.
    func size(of buffer: Buffer, gpu: Int) -> Int {
        switch buffer {
        case .input: gpus[gpu].inputChunks
        case .output: gpus[gpu].outputChunks
        case .scratch: gpus[gpu].scratchChunks
        }
    }

    /// A step in words, for an error at another.
    func describe(_ step: Step) -> String {
        "step \(step.number) of threadblock \(blocks[step.block].id) of gpu \(step.gpu) "
            + "(line \(step.element.line))"
    }
}
