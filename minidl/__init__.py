"""minidl"""
