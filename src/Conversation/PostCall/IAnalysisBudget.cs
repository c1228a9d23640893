using Parley.Conversation.Tenants;

namespace Parley.Conversation.PostCall;

/// <summary>How many calls of a tenant models may analyse in a day.</summary>
public interface IAnalysisBudget
{
    /// <summary>Takes one; false when the day's are used up, and the rules are to do.</summary>
    Task<bool> TakeAsync(Tenant tenant, CancellationToken cancellationToken);
}
