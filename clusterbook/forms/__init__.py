"""What a form is: kinds of answers, blocks, expressions, rules; finding and checking forms."""
