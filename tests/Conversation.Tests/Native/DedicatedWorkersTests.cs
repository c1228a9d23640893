using Parley.Conversation.Native;

namespace Parley.Conversation.Tests.Native;

public sealed class DedicatedWorkersTests
{
    [Fact]
    public void Work_runs_in_the_order_it_came_and_disposing_waits_for_it()
    {
        var done = new List<int>();
        using (var workers = new DedicatedWorkers("test", 1))
        {
            for (var i = 0; i < 100; i++)
            {
                var number = i;
                workers.TryEnqueue(() => done.Add(number)).ShouldBeTrue();
            }
        }

        done.ShouldBe(Enumerable.Range(0, 100));
    }

    [Fact]
    public void Work_after_the_end_is_refused()
    {
        var workers = new DedicatedWorkers("test", 1);
        workers.Dispose();
        workers.TryEnqueue(() => { }).ShouldBeFalse();
        workers.TryEnqueueIfSpare(() => { }).ShouldBeFalse();
        Should.NotThrow(workers.Dispose);
    }

    [Fact]
    public async Task Work_that_can_be_left_out_leaves_one_of_several_threads_free()
    {
        using var release = new ManualResetEventSlim();
        using var workers = new DedicatedWorkers("test", 2);
        workers.TryEnqueueIfSpare(release.Wait).ShouldBeTrue();
        workers.TryEnqueueIfSpare(() => { }).ShouldBeFalse();

        var urgent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        workers.TryEnqueue(urgent.SetResult).ShouldBeTrue();
        await urgent.Task;
        release.Set();
    }

    [Fact]
    public void A_single_thread_takes_such_work_when_idle()
    {
        using var release = new ManualResetEventSlim();
        using var workers = new DedicatedWorkers("test", 1);
        workers.TryEnqueueIfSpare(release.Wait).ShouldBeTrue();
        workers.TryEnqueueIfSpare(() => { }).ShouldBeFalse();
        release.Set();
    }

    [Fact]
    public void A_pool_needs_a_thread() =>
        Should.Throw<ArgumentOutOfRangeException>(() => new DedicatedWorkers("test", 0));
}
