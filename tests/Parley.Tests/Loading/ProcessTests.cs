using System.Net;
using System.Net.Sockets;
using Parley.Loading;

namespace Parley.Tests.Loading;

public sealed class ProcessTests
{
    [Fact]
    public void A_stat_line_is_read_whatever_the_program_is_called()
    {
        const string stat = "1234 (a ) b (c) S 1 1 1 0 -1 0 0 0 0 0 250 150 0 0 20 0 17 0 100 0 2048 18446744073709551615";

        var use = ProcessMeter.Parse(stat, 9);

        use.CpuMs.ShouldBe(4000);
        use.Threads.ShouldBe(17);
        use.ResidentBytes.ShouldBe(2048L * Environment.SystemPageSize);
        use.Handles.ShouldBe(9);
    }

    [Fact]
    public void Sockets_that_listen_on_a_port_are_found_in_the_table()
    {
        string[] table =
        [
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
            "   0: 0100007F:13D8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1",
            "   1: 0100007F:13D8 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 4712 1",
            "   2: 0100007F:13D9 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1",
        ];

        ListeningProcess.Inodes(table, 5080).ShouldBe(["4711"]);
        ListeningProcess.Inodes(table, 5082).ShouldBeEmpty();
    }

    [Fact]
    public void This_process_is_found_by_its_port_and_measured()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc is Linux's");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        var id = ListeningProcess.Find(((IPEndPoint)listener.LocalEndpoint).Port);

        id.ShouldBe(Environment.ProcessId);
        ProcessMeter.Read(id!.Value)!.ResidentBytes.ShouldBeGreaterThan(1_000_000);
    }

    [Fact]
    public void A_process_that_is_not_there_has_no_use() => ProcessMeter.Read(int.MaxValue).ShouldBeNull();
}
