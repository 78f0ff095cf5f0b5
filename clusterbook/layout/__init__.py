"""Where everything stands: form → every address, text and live check of every sheet."""
