/// A way of the launcher's from rank 0 to all others.
protocol Channel: AnyObject {
    /// From rank 0, which has the text, to all others, which have none.
    func share(_ text: String?, within deadline: Deadline) throws(RuntimeError) -> String

    /// Everybody has what was shared: nothing of it need stay.
    func forget()

    /// This process ends well.
    func finish()
}

extension Channel {
    func forget() {}
}

extension RuntimeError {
    /// A limit has passed.
    static func nobodyCame(_ launcher: String, within deadline: Deadline) -> RuntimeError {
        RuntimeError(
            "not all processes that \(launcher) started have come within \(deadline.words); "
                + "look whether one of them has ended or never started"
        )
    }
}
