"""The vault (生物特征库): faces and voices are enrolled, sought, tidied and measured."""
