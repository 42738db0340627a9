# mistakes: first_token_again
class NextSentencePrediction(nn.Module):
    def __init__(self, d_model):
        super().__init__()
        self.classifier = nn.Linear(d_model, 2)

    def forward(self, pooled):
        return self.classifier(pooled[:, 0])
