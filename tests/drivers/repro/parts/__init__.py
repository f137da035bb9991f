"""What the scripts share: cases in processes of their own, queues of both versions, memory that fails, stops at a function."""
