import Remote

/// What reads messages of servers, for the program `FuzzDecoders` and the tests that repeat its inputs.
@_spi(Fuzzing) public enum DNSFuzzDoor {
    /// Reads `bytes` as the answer to a question of each type for `www.example`.
    /// - Returns: how many of the types were answered, and whether it was a message at all.
    public static func read(_ bytes: [UInt8]) -> (isMessage: Bool, answered: Int) {
        guard let message = try? Message(bytes) else { return (false, 0) }
        precondition(message.answers.count <= bytes.count / 11, "more records than the bytes can hold")
        guard let name = message.question?.name ?? message.answers.first?.name else { return (true, 0) }
        var answered = 0
        for type in DNSQuestion.RecordType.allCases {
            guard let answer = try? Answer(message, name, type) else { continue }
            precondition(answer.records == answer.records.sorted(), "records are not in order")
            if !answer.records.isEmpty { answered += 1 }
        }
        return (true, answered)
    }
}
