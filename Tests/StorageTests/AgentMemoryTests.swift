import Testing

@testable import Storage

@Suite struct AgentMemoryTests {
    @Test("what was learnt of agents is kept by address and replaced as a whole") func memories() throws {
        let lab = try Lab()
        let database = try lab.open()
        #expect(try database.agentMemories(at: ["127.0.0.1:161"]).isEmpty)
        try database.storeAgentMemories(["127.0.0.1:161": "a", "[::1]:161": "b"])
        try database.storeAgentMemories(["127.0.0.1:161": "c"])
        try database.storeAgentMemories([:])
        #expect(
            try database.agentMemories(at: ["127.0.0.1:161", "[::1]:161", "127.0.0.2:161"])
                == ["127.0.0.1:161": "c", "[::1]:161": "b"])
    }
}
