print("hatang")
