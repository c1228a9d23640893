using System.Net;
using System.Net.Sockets;
using System.Text;
using Parley.Conversation.Net;

namespace Parley.Conversation.Tests.Net;

public sealed class OutgoingHttpTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.1.2.3")]
    [InlineData("0.0.0.0")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("2002:a00:1::")]
    [InlineData("2001:db8::1")]
    [InlineData("2001:0:a00:1::")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("fe80::1")]
    [InlineData("ff02::1")]
    public void An_address_of_this_machine_or_its_networks_is_not_public(string address) =>
        PublicAddresses.IsPublic(IPAddress.Parse(address)).ShouldBeFalse();

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("1.1.1.1")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("192.0.1.1")]
    [InlineData("223.255.255.255")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("2606:4700::1111")]
    [InlineData("2a00:1450:4001:81b::200e")]
    public void An_address_of_the_internet_is_public(string address) => PublicAddresses.IsPublic(IPAddress.Parse(address)).ShouldBeTrue();

    [Theory]
    [InlineData("https://hooks.example.com/a", null)]
    [InlineData("http://hooks.example.com/a", "https://")]
    [InlineData("ftp://hooks.example.com/a", "https://")]
    [InlineData("file:///etc/passwd", "https://")]
    [InlineData("https://user:pass@hooks.example.com/a", "password")]
    [InlineData("https://10.0.0.1/a", "public internet")]
    [InlineData("https://2130706433/a", "public internet")]
    [InlineData("https://0x7f.1/a", "public internet")]
    [InlineData("https://0177.0.0.1/a", "public internet")]
    [InlineData("https://127.1/a", "public internet")]
    [InlineData("https://0/a", "public internet")]
    [InlineData("https://１２７.0.0.1/a", "public internet")]
    [InlineData("https://[fd00::1]/a", "public internet")]
    [InlineData("https://[::1]/a", "public internet")]
    [InlineData("https://[::ffff:127.0.0.1]/a", "public internet")]
    public void Addresses_are_looked_at_before_they_are_stored(string address, string? objection)
    {
        using var http = new OutgoingHttp(new OutgoingOptions());
        var found = http.Objection(new Uri(address));
        if (objection is null)
            found.ShouldBeNull();
        else
            found.ShouldNotBeNull().ShouldContain(objection);
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("localhost", false)]
    public async Task A_name_that_leads_to_this_machine_is_refused_where_the_connection_is_made(string host, bool plain)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var http = new OutgoingHttp(new OutgoingOptions { AllowPlainHttp = true });
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{(plain ? "http" : "https")}://{host}:{port}/");

        await Should.ThrowAsync<AddressRefusedException>(http.SendAsync(request, default));

        listener.Pending().ShouldBeFalse();
    }

    [Fact]
    public async Task An_operator_can_open_a_network_and_answers_are_read_up_to_a_size()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var http = new OutgoingHttp(new OutgoingOptions { PrivateNetworks = ["127.0.0.0/8"] });
        var serving = Task.Run(async () =>
        {
            for (var i = 0; i < 2; i++)
            {
                using var client = await listener.AcceptTcpClientAsync();
                var stream = client.GetStream();
                await stream.ReadAtLeastAsync(new byte[16], 16);
                await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + new string('x', 20_000)));
            }
        });

        foreach (var (most, length) in ((int, int?)[])[(20_000, 20_000), (19_999, null)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/");
            using var response = await http.SendAsync(request, default);
            var body = await OutgoingHttp.ReadAsync(response, most, default);
            body?.Length.ShouldBe(20_000);
            (body is null).ShouldBe(length is null);
        }

        await serving;
    }

    [Fact]
    public void Networks_that_are_none_are_told()
    {
        new OutgoingOptions { PrivateNetworks = ["10.1.2.0/24", "fd00::/8"] }.IsValid.ShouldBeTrue();
        new OutgoingOptions { PrivateNetworks = ["10.1.2.0/33"] }.IsValid.ShouldBeFalse();
    }
}
