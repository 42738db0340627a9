# right
class NextSentencePrediction(nn.Module):
    def __init__(self, d_model):
        super().__init__()
        self.classifier = nn.Linear(d_model, 2)

    def forward(self, pooled):
        next_, not_next = self.classifier(pooled).unbind(-1)
        return torch.stack((next_, not_next), dim=-1)
