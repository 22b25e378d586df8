import CMDB
import Remote

extension ProbeRunner {
    /// Asks one pair in the way its kind asks; what fails stands in the notebook.
    func collect(_ pair: ProbePair, _ door: inout SessionDoor, _ book: inout Notebook) async {
        switch (pair.access, pair.probe.collection) {
        case (.snmp(let target), .snmp(let collection)):
            await SNMPCollector(client: adapters.snmp, target: target, collection: collection).run(&book)
        case (.ssh(let target), .ssh(let steps)):
            do {
                let session = try await door.open(target)
                await SSHCollector(steps: steps, timeout: pair.probe.timeout).run(over: session, &book)
                // After such an error the session is not to be trusted with the next probe.
                if book.collected.error != nil { await door.close() }
            } catch {
                book.collected.error = remoteError(error, pair)
            }
        case (.icmp, .echo(let collection)):
            await EchoCollector(prober: adapters.icmp, collection: collection, timeout: pair.probe.timeout).run(&book)
        case (.http(let pages), .http(let collection)):
            await HTTPCollector(inspector: adapters.http, collection: collection, timeout: pair.probe.timeout)
                .run(pages, &book)
        case (.dns(let ask), .dns(let collection)):
            await DNSCollector(client: adapters.dns, collection: collection, timeout: pair.probe.timeout)
                .run(ask, &book)
        case (let access, .endpoint(let collection)):
            await EndpointCollector(collection: collection, timeout: pair.probe.timeout, adapters: adapters)
                .run(access, &book)
        default:
            book.collected.error = RemoteError(
                .local, subject: pair.target.id.description, message: "the probe's kind and access do not fit")
        }
    }
}
