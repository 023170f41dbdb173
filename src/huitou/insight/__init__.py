"""KPIs, RFM and layers."""
