import DNS
import Testing

@Suite struct LibraryTests {
    @Test("the resolver's library is there") func version() { #expect(Resolver.libraryVersion.contains(".")) }
}
