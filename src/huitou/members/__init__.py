"""Who a customer is: identities, profile, and the facts that other rooms write down."""
